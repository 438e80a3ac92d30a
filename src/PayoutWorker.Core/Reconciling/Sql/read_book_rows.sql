-- The payouts that a statement of this account and day may be about.
WITH meant AS (
    -- What ended, or came back, around that day or since: it may have been booked on it all the same.
    SELECT e.payout_id
    FROM payouts.event AS e
    WHERE e.at >= @begin::timestamptz - @around::interval AND e.at < @since::timestamptz
      AND e.to_state IN ('paid', 'returned', 'failed', 'cancelled')
    UNION
    -- What the lines name.
    SELECT o.id FROM payouts.outbox AS o WHERE o.bank_payout_id = ANY (@payment_ids::text[])
    UNION
    -- What the lines were found to be.
    SELECT l.payout_id FROM payouts.statement_line AS l
    WHERE l.account = @account AND l.day = @day AND l.payout_id IS NOT NULL
    UNION
    -- What is open and may have been sent.
    SELECT w.id FROM payouts.work AS w WHERE w.state NOT IN ('new', 'creating', 'created')
    UNION
    -- Whose payment is missing from earlier statements: it may be booked late.
    SELECT d.payout_id FROM payouts.difference AS d
    WHERE d.kind = 'not_there' AND d.state = 'open' AND d.account = @account
    UNION
    -- Payments of the last weeks to those from whom money came.
    SELECT l.payout_id FROM payouts.statement_line AS l
    WHERE l.other_account = ANY (@payers::text[]) AND l.day BETWEEN @day::date - 45 AND @day::date
      AND l.kind = 'payout' AND l.account = @account
)
SELECT
    o.id AS payout_id,
    o.erp_key,
    coalesce(w.state, o.state) AS state,
    w.held_kind,
    o.amount,
    o.currency,
    o.bank_payout_id,
    s.bank_payout_id AS echoed_payout_id,
    payouts.bank_ref(o.erp_key) AS reference,
    o.recipient_account AS payee_account,
    o.card_last4,
    o.purpose,
    c.sent_at,
    e.paid_at,
    coalesce(e.paid_at >= @begin::timestamptz AND e.paid_at < @end::timestamptz, false) AS paid_in_time,
    coalesce(e.returned_at >= @begin::timestamptz AND e.returned_at < @end::timestamptz, false) AS returned_in_time,
    o.returned_amount,
    coalesce(l.booked, false) AS booked_elsewhere,
    coalesce(l.returned, 0)::bigint AS returned_elsewhere
FROM (SELECT DISTINCT m.payout_id FROM meant AS m) AS m
JOIN payouts.outbox AS o ON o.id = m.payout_id
LEFT JOIN payouts.work AS w ON w.id = o.id
LEFT JOIN LATERAL (
    SELECT b.bank_payout_id FROM payouts.bank_session AS b WHERE b.payout_id = o.id ORDER BY b.n DESC LIMIT 1
) AS s ON true
LEFT JOIN LATERAL (
    SELECT min(b.intended_at) AS sent_at FROM payouts.bank_call AS b
    WHERE b.payout_id = o.id AND b.step IN ('start', 'init', 'confirm') AND b.sends > 0
) AS c ON true
LEFT JOIN LATERAL (
    SELECT
        min(h.at) FILTER (WHERE h.to_state = 'paid' AND h.from_state <> 'paid') AS paid_at,
        max(h.at) FILTER (WHERE h.from_state = 'paid') AS returned_at
    FROM payouts.event AS h
    WHERE h.payout_id = o.id
) AS e ON true
LEFT JOIN LATERAL (
    SELECT
        bool_or(x.kind = 'payout') AS booked,
        sum(x.amount) FILTER (WHERE x.kind = 'return') AS returned
    FROM payouts.statement_line AS x
    WHERE x.payout_id = o.id AND x.gone_at IS NULL AND (x.account, x.day) <> (@account::text, @day::date)
) AS l ON true
WHERE (o.method = 'account' AND o.sender_account = @account)
   OR (o.method = 'card' AND coalesce(w.project, o.project) = ANY (@card_projects::text[]));
