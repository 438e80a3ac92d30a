-- Paid payouts whose next look for a return is due, kept from others while they are asked about.
WITH due AS (
    SELECT r.payout_id FROM payouts.return_watch AS r WHERE r.next_at <= now()
    ORDER BY r.next_at LIMIT @limit FOR UPDATE SKIP LOCKED
)
UPDATE payouts.return_watch AS r
SET next_at = now() + @lease::interval
FROM due
WHERE r.payout_id = due.payout_id
RETURNING r.payout_id;
