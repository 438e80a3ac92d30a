SELECT b.session_id, b.payout_id, b.n
FROM payouts.bank_session AS b
WHERE b.session_id = ANY (@session_ids::text[]);
