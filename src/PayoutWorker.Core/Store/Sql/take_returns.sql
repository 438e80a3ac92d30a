-- Paid payouts whose next look for a return is due; each is put off before it is asked about.
WITH due AS (
    SELECT r.payout_id FROM payouts.return_watch AS r WHERE r.next_at <= now()
    ORDER BY r.next_at LIMIT @limit FOR UPDATE SKIP LOCKED
)
UPDATE payouts.return_watch AS r
SET asked = r.asked + 1, next_at = r.paid_at + (@intervals::interval[])[least(r.asked + 2, cardinality(@intervals::interval[]))]
FROM due
WHERE r.payout_id = due.payout_id
RETURNING r.payout_id, r.asked;
