SELECT
    d.id, d.day, d.account, d.kind, d.text, d.erp_key, d.payout_id, d.payout_state, d.payment_id, d.amount_there,
    d.amount_here, d.state, d.owner, d.found_at, d.explained_by, d.explained_at, d.why,
    coalesce(o.currency, 'RUB') AS currency
FROM payouts.differences AS d
LEFT JOIN payouts.outbox AS o ON o.id = d.payout_id
WHERE d.id = @id;

SELECT n.at, n.who, n.what, n.why FROM payouts.difference_note AS n WHERE n.difference_id = @id ORDER BY n.id DESC;
