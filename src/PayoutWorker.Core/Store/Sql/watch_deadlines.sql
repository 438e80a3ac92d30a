-- The bank cancels what is not confirmed in time; at half of that time somebody should know why it is not.
INSERT INTO payouts.alarm AS a (kind, subject, text, payout_id)
SELECT 'confirm_deadline', o.erp_key, 'waits for our confirm since ' || w.state_since, w.id
FROM payouts.work AS w
JOIN payouts.outbox AS o ON o.id = w.id
WHERE w.state = 'ready' AND w.state_since < now() - @half::interval
ORDER BY w.state_since
LIMIT 100
ON CONFLICT (kind, subject) WHERE acknowledged_at IS NULL DO UPDATE
SET times = a.times + 1, last_at = now()
RETURNING a.payout_id;
