-- Open payouts by state. OFFSET 0 has each looked up by its id: a join may walk through all history instead.
SELECT w.state, w.held_kind AS kind, o.currency, count(*) AS payouts, sum(o.amount)::bigint AS minor
FROM payouts.work AS w
CROSS JOIN LATERAL (SELECT b.currency, b.amount FROM payouts.outbox AS b WHERE b.id = w.id OFFSET 0) AS o
GROUP BY w.state, w.held_kind, o.currency;

-- What is held, by kind and by the part of the reason that many share.
SELECT
    w.held_kind AS kind,
    split_part(coalesce(o.reason, ''), ':', 1) AS reason,
    o.currency,
    count(*) AS payouts,
    sum(o.amount)::bigint AS minor,
    min(w.state_since) AS since
FROM payouts.work AS w
JOIN payouts.outbox AS o ON o.id = w.id
WHERE w.state = 'held'
GROUP BY 1, 2, 3
ORDER BY count(*) DESC, 1, 2
LIMIT 12;

-- Due and not taken. What a stop covers waits on purpose.
SELECT count(*) AS due, min(w.due_at) AS oldest_due
FROM payouts.work AS w
WHERE w.due_at <= now()
  AND (
      w.state NOT IN ('new', 'creating', 'created', 'ready')
      OR NOT (
          (SELECT payouts.in_gap())
          -- As payouts.is_stopped, which costs too much for each of many rows.
          OR EXISTS (
              SELECT FROM payouts.switch AS s
              WHERE s.resumed_at IS NULL
                AND (
                    s.scope = 'all'
                    OR (s.scope = 'project' AND s.value = w.project)
                    OR (s.scope = 'account' AND s.value = w.sender_account)
                    OR (s.scope = 'method' AND s.value = w.method)
                )
          )
      )
  );

-- Stuck: with a step under way for half an hour, or due for two minutes without anybody taking it.
SELECT w.id, o.erp_key, w.state, o.amount, o.currency, w.state_since AS since, w.due_at, w.claims, w.owner
FROM payouts.work AS w
JOIN payouts.outbox AS o ON o.id = w.id
WHERE w.state NOT IN ('held', 'new')
  AND (w.state_since < now() - interval '30 minutes' OR w.due_at < now() - interval '2 minutes')
ORDER BY w.state_since
LIMIT 8;

SELECT a.id, a.kind, a.subject, a.text, a.payout_id, a.times, a.raised_at, a.last_at, count(*) OVER () AS open
FROM payouts.alarm AS a
WHERE a.acknowledged_at IS NULL
ORDER BY a.last_at DESC
LIMIT 8;

SELECT
    c.step, coalesce(c.outcome, '') AS outcome, coalesce(c.bank_code, '') AS code, c.http_status, count(*) AS calls,
    max(c.answered_at) AS last_at
FROM payouts.bank_call AS c
WHERE c.intended_at > now() - interval '1 hour'
GROUP BY 1, 2, 3, 4;

SELECT count(*) AS waiting, min(h.received_at) AS oldest
FROM payouts.webhook AS h
WHERE h.applied_at IS NULL AND h.due_at < 'infinity';

-- How long the last webhooks took from arrival to effect.
SELECT
    max(h.received_at) AS last_at,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY h.applied_at - h.received_at) AS median,
    percentile_disc(0.95) WITHIN GROUP (ORDER BY h.applied_at - h.received_at) AS most
FROM (SELECT w.received_at, w.applied_at FROM payouts.webhook AS w ORDER BY w.id DESC LIMIT 200) AS h;

SELECT s.id, s.scope, s.value, s.stopped_by, s.stopped_at, s.reason
FROM payouts.switch AS s
WHERE s.resumed_at IS NULL
ORDER BY s.id;

SELECT g.id, g.found_by, g.found_at, g.reason FROM payouts.gap AS g WHERE g.released_at IS NULL;

SELECT n.name, n.version, n.scheduler, n.started_at, n.heartbeat_at, now() - n.heartbeat_at AS silent
FROM payouts.node AS n
ORDER BY n.name;

SELECT now() AS now, date_trunc('day', now()) AS today;
