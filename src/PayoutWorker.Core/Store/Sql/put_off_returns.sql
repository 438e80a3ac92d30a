-- The bank has answered about these: the next look, or none after the last.
WITH over AS (
    DELETE FROM payouts.return_watch AS r
    WHERE r.payout_id = ANY (@ids::bigint[]) AND r.asked + 1 >= cardinality(@intervals::interval[])
)
UPDATE payouts.return_watch AS r
SET asked = r.asked + 1, next_at = r.paid_at + (@intervals::interval[])[r.asked + 2]
WHERE r.payout_id = ANY (@ids::bigint[]) AND r.asked + 1 < cardinality(@intervals::interval[]);
