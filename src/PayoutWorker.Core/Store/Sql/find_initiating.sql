-- Payouts that wait for their session's id and carry one of these references.
SELECT payouts.bank_ref(o.erp_key) AS bank_ref, w.id AS payout_id, w.session_n AS n
FROM payouts.work AS w
JOIN payouts.outbox AS o ON o.id = w.id
JOIN payouts.bank_session AS b
    ON b.payout_id = w.id AND b.n = w.session_n AND b.state = 'armed' AND b.session_id IS NULL
WHERE (w.state = 'initiating' OR w.held_from = 'initiating')
  AND payouts.bank_ref(o.erp_key) = ANY (@refs::text[]);
