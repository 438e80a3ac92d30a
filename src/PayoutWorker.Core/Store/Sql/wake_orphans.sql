-- A session id is known now: webhooks that came before it are applied at once.
UPDATE payouts.webhook AS w
SET due_at = now()
WHERE w.applied_at IS NULL AND w.session_id = ANY (@session_ids::text[]);
