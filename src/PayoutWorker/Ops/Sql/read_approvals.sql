-- What waits for a second person: registers as a whole, then the oldest orders, and how many there are.
SELECT r.register_id, r.currency, r.payouts, r.amount, r.largest, r.content_hash
FROM payouts.approval_registers AS r
ORDER BY r.register_id, r.currency
LIMIT 50;

SELECT
    a.payout_id AS id, a.erp_key, a.state, a.amount, a.currency, a.recipient_name, a.recipient_account, a.card_last4,
    a.register_id, a.created_at, a.created_by, a.ordered_by, a.rule_id, a.changed
FROM payouts.approvals AS a
ORDER BY a.payout_id
LIMIT 100;

SELECT count(*) FROM payouts.work AS w WHERE w.approval = 'awaited';
