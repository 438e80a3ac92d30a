-- What the gauges show: name, label, value. Only open payouts are counted; history is never walked through.
SELECT 'open' AS name, w.state AS label, count(*)::float8 AS value FROM payouts.work AS w GROUP BY w.state
UNION ALL
SELECT 'held', w.held_kind, count(*) FROM payouts.work AS w WHERE w.state = 'held' GROUP BY w.held_kind
UNION ALL
SELECT 'due', '', count(*) FROM payouts.work AS w WHERE w.due_at <= now()
UNION ALL
SELECT 'oldest_due', '', coalesce(extract(epoch FROM now() - min(w.due_at)), 0)
FROM payouts.work AS w
WHERE w.due_at <= now()
UNION ALL
SELECT 'alarms', a.kind, count(*) FROM payouts.alarm AS a WHERE a.acknowledged_at IS NULL GROUP BY a.kind
UNION ALL
SELECT 'webhooks', '', count(*) FROM payouts.webhook AS h WHERE h.applied_at IS NULL AND h.due_at < 'infinity'
UNION ALL
SELECT 'switches', s.scope, count(*) FROM payouts.switch AS s WHERE s.resumed_at IS NULL GROUP BY s.scope
UNION ALL
SELECT 'differences', d.kind, count(*) FROM payouts.difference AS d WHERE d.state = 'open' GROUP BY d.kind
UNION ALL
SELECT 'statements', '', count(*) FROM payouts.statement AS s WHERE s.due_at IS NOT NULL;
