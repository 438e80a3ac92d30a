-- Who was shown names and numbers lately.
SELECT v.at, v.who, v.payout_id, o.erp_key, v.what, v.address
FROM payouts.personal_view AS v
JOIN payouts.outbox AS o ON o.id = v.payout_id
ORDER BY v.id DESC
LIMIT 200;
