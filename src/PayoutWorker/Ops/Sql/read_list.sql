SELECT
    o.id, o.erp_key, coalesce(w.state, o.state) AS state, w.held_kind AS kind, o.amount, o.currency, o.method,
    o.recipient_name, o.recipient_account, o.card_last4, o.created_at, coalesce(w.state_since, o.finished_at) AS since,
    o.reason, o.register_id, o.id AS scanned, 0 AS rows_scanned
FROM payouts.outbox AS o
LEFT JOIN payouts.work AS w ON w.id = o.id
WHERE o.id = ANY (@ids::bigint[])
ORDER BY o.id DESC;
