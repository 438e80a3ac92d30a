UPDATE payouts.webhook AS w
SET due_at = now() + @retry::interval, outcome = @outcome
WHERE w.id = @id AND w.applied_at IS NULL;
