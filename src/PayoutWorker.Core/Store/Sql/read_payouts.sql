-- All that a decision may look at, for each of these payouts.
SELECT
    o.id,
    o.erp_key,
    o.method,
    coalesce(w.flow, o.flow, CASE o.method WHEN 'card' THEN 'single_request' ELSE 'two_step' END) AS flow,
    o.amount,
    o.currency,
    o.sender_account,
    o.recipient_name,
    o.recipient_account,
    o.recipient_bik,
    o.recipient_inn,
    o.recipient_kpp,
    o.purpose,
    o.is_fast,
    o.sealed_card,
    o.card_last4,
    o.metadata::text AS metadata,
    o.reason,
    o.returned_amount,
    coalesce(w.state, o.state) AS state,
    coalesce(w.state_since, o.finished_at, now()) AS state_since,
    coalesce(w.fence, 0) AS fence,
    coalesce(w.cancel, false) AS cancel,
    coalesce(w.hold, false) AS hold,
    w.held_from,
    w.held_kind,
    -- The row of work is gone when it is final, and a paid payout is still asked about.
    coalesce(w.project, o.project) AS project,
    coalesce(w.claims, 0) AS claims,
    coalesce(w.polls, 0) AS polls,
    payouts.bank_ref(i.id, o.erp_key) AS bank_ref,
    w.id IS NOT NULL
        AND (SELECT payouts.is_any_stopped())
        AND payouts.is_stopped(w.project, w.sender_account, w.method) AS stopped,
    w.approval IS NOT DISTINCT FROM 'awaited' AS awaits_approval,
    -- In the statement that reads what is sent: what is sent is what was approved.
    CASE
        WHEN w.approval = 'given' THEN (
            SELECT a.content_hash FROM payouts.approval AS a WHERE a.payout_id = o.id AND a.approved_at IS NOT NULL
        ) IS DISTINCT FROM payouts.content_hash(o)
        ELSE false
    END AS approval_void,
    w.id IS NOT NULL AND limits.any_in_force AS limited,
    gap.ever AS after_gap,
    coalesce(o.created_at <= gap.last_found_at, false) AS before_gap,
    coalesce(o.created_at <= gap.last_found_at + interval '30 days', false) AS soon_after_gap,
    coalesce(w.state_since <= gap.last_found_at, false) AS state_before_gap,
    coalesce(s.opened_at <= gap.last_found_at, false) AS session_before_gap,
    gap.opened_at AS gap_opened_at,
    coalesce(w.heard_at >= gap.last_found_at, false) AS heard_after_gap,
    w.heard_at,
    s.n AS session_n,
    s.session_id,
    s.state AS session_state,
    s.confirm_information,
    s.echo,
    c.step AS call_step,
    c.sends,
    c.last_sent_at,
    CASE c.outcome WHEN 'refused' THEN c.bank_code END AS refused_code,
    CASE c.outcome WHEN 'refused' THEN c.bank_text END AS refused_text,
    f.step IS NOT NULL AS confirm_intended,
    EXISTS (
        SELECT FROM payouts.bank_session AS p WHERE p.payout_id = o.id AND p.n < s.n AND p.state = 'paid'
    ) AS paid_elsewhere,
    now() AS now
FROM payouts.outbox AS o
CROSS JOIN payouts.installation AS i
LEFT JOIN payouts.work AS w ON w.id = o.id
LEFT JOIN LATERAL (
    SELECT b.* FROM payouts.bank_session AS b WHERE b.payout_id = o.id ORDER BY b.n DESC LIMIT 1
) AS s ON true
CROSS JOIN (
    SELECT
        count(*) > 0 AS ever,
        max(g.found_at) AS last_found_at,
        max(g.found_at) FILTER (WHERE g.released_at IS NULL) AS opened_at
    FROM payouts.gap AS g
) AS gap
CROSS JOIN (
    SELECT EXISTS (SELECT FROM payouts.money_limit AS l WHERE l.ended_at IS NULL) AS any_in_force
) AS limits
-- The call that belongs to the state. Sought for each payout, as the limit makes sure: joined as a set it may be planned
-- as a walk through all calls there ever were.
LEFT JOIN LATERAL (
    SELECT b.*
    FROM payouts.bank_call AS b
    WHERE b.payout_id = o.id
      AND b.session_n = s.n
      AND b.step = CASE
          WHEN w.state = 'cancelling' OR w.held_kind = 'mismatch' OR (w.cancel AND w.state IN ('ready', 'held'))
              THEN 'cancel'
          ELSE CASE coalesce(w.held_from, w.state)
              WHEN 'creating' THEN 'create'
              WHEN 'created' THEN 'start'
              WHEN 'starting' THEN 'start'
              WHEN 'initiating' THEN 'init'
              WHEN 'ready' THEN 'confirm'
              WHEN 'confirming' THEN 'confirm'
              WHEN 'confirmed' THEN 'confirm'
          END
      END
    LIMIT 1
) AS c ON true
LEFT JOIN LATERAL (
    SELECT b.step
    FROM payouts.bank_call AS b
    WHERE b.payout_id = o.id AND b.session_n = s.n AND b.step = 'confirm'
    LIMIT 1
) AS f ON true
WHERE o.id = ANY (@ids::bigint[]);
