-- One account and day that is due, kept from others while it is asked for and compared.
WITH due AS (
    SELECT s.account, s.day FROM payouts.statement AS s
    WHERE s.due_at <= now() AND s.account = ANY (@accounts::text[])
    ORDER BY s.day, s.account LIMIT 1 FOR UPDATE SKIP LOCKED
)
UPDATE payouts.statement AS s
SET due_at = now() + @lease::interval, attempts = s.attempts + 1
FROM due
WHERE s.account = due.account AND s.day = due.day
RETURNING s.account, s.day, s.attempts, s.due_at AS leased_until, now() AS now;
