UPDATE payouts.webhook AS w
SET due_at = now() + @retry::interval, outcome = @outcome
WHERE w.id = (
    SELECT v.id FROM payouts.webhook AS v
    WHERE v.applied_at IS NULL AND v.due_at <= now()
    ORDER BY v.due_at, v.id
    LIMIT 1
);
