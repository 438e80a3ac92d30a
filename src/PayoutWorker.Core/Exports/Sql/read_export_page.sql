-- So many payouts from one id on, then those of them that are asked for: no page runs for long, whatever the filter is.
-- What the bank booked as fee stands in its statement, else in its register. Times and days are those of Moscow.
WITH scanned AS MATERIALIZED (
    SELECT o.id
    FROM payouts.outbox AS o
    WHERE o.id > @after AND o.id < @stop
    ORDER BY o.id
    LIMIT @scan
)
SELECT
    e.last_id,
    o.erp_key, o.id AS payout_id, coalesce(w.state, o.state) AS state, o.method, o.is_fast,
    o.amount, upper(o.currency) AS currency, o.returned_amount, coalesce(l.fee, r.fee)::bigint AS fee,
    o.sender_account,
    CASE WHEN @masked THEN regexp_replace(o.recipient_name, '(\s\S)\S*', '\1.', 'g') ELSE o.recipient_name END
        AS recipient_name,
    CASE WHEN @masked THEN '…' || right(o.recipient_account, 4) ELSE o.recipient_account END AS recipient_account,
    o.recipient_bik,
    CASE WHEN NOT @masked THEN o.recipient_inn END AS recipient_inn,
    o.card_last4,
    CASE WHEN NOT @masked THEN o.purpose END AS purpose,
    o.register_id,
    to_char(o.created_at AT TIME ZONE 'Europe/Moscow', 'YYYY-MM-DD HH24:MI:SS') AS ordered_at,
    to_char(o.finished_at AT TIME ZONE 'Europe/Moscow', 'YYYY-MM-DD HH24:MI:SS') AS finished_at,
    coalesce(l.booked_on, (p.paid_at AT TIME ZONE 'Europe/Moscow')::date) AS value_date,
    o.bank_payout_id, o.bank_session_id, o.error_code, o.reason
FROM (SELECT max(s.id) AS last_id FROM scanned AS s) AS e
LEFT JOIN (
    scanned AS s
    JOIN payouts.outbox AS o ON o.id = s.id
    LEFT JOIN payouts.work AS w ON w.id = o.id
) ON (@account::text IS NULL OR o.sender_account = @account)
    AND (@state::text IS NULL OR coalesce(w.state, o.state) = @state)
    AND o.created_at >= @since AND o.created_at < @until
LEFT JOIN LATERAL (
    SELECT
        sum(x.amount) FILTER (WHERE x.kind = 'fee') AS fee,
        min(coalesce(x.booked_on, x.day)) FILTER (WHERE x.kind = 'payout') AS booked_on
    FROM payouts.statement_line AS x
    WHERE x.payout_id = o.id AND x.gone_at IS NULL
) AS l ON true
LEFT JOIN LATERAL (
    SELECT sum(x.fee) AS fee FROM payouts.bank_register_line AS x WHERE x.payout_id = o.id
) AS r ON true
LEFT JOIN LATERAL (
    SELECT min(h.at) AS paid_at
    FROM payouts.event AS h
    WHERE h.payout_id = o.id AND h.to_state = 'paid' AND h.from_state <> 'paid'
      AND coalesce(w.state, o.state) IN ('paid', 'returned')
) AS p ON true
ORDER BY o.id;
