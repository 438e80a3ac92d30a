-- A session id is known now: webhooks that came before it are applied at once. Those that somebody is applying just
-- now are passed over and tried again in their time: whoever applies holds webhooks and wants payouts, we the other
-- way round.
UPDATE payouts.webhook AS w
SET due_at = now()
FROM (
    SELECT o.id
    FROM payouts.webhook AS o
    WHERE o.applied_at IS NULL AND o.session_id = ANY (@known_sessions::text[])
    FOR UPDATE SKIP LOCKED
) AS known
WHERE w.id = known.id;
