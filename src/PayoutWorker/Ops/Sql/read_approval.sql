-- All of one order that waits for approval, as its hash binds it.
SELECT
    a.payout_id AS id, a.erp_key, a.state, a.method, a.flow, a.amount, a.currency, a.sender_account, a.recipient_name,
    a.recipient_account, a.recipient_bik, a.recipient_inn, a.recipient_kpp, a.purpose, a.is_fast, a.card_last4,
    a.metadata::text AS metadata, a.not_before, a.priority, a.register_id, a.created_at, a.created_by, a.ordered_by,
    a.rule_id, a.content_hash, a.changed
FROM payouts.approvals AS a
WHERE a.payout_id = @id;
