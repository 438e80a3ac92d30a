WITH wanted AS (
    SELECT
        w.*,
        array_position(ARRAY['new', 'creating', 'starting', 'started', 'ready', 'confirming', 'confirmed', 'paid'], w.state)
            AS rank
    FROM unnest(@ids::bigint[], @states::text[], @sessions::text[], @confirms::text[], @intents::text[],
                @webhooks::bytea[])
        AS w (id, state, session_id, confirm_information, intent, webhook)
),
locked AS (
    SELECT
        p.id,
        p.erp_key,
        array_position(ARRAY['new', 'creating', 'starting', 'started', 'ready', 'confirming', 'confirmed', 'paid'], p.state)
            AS rank
    FROM peer.payout AS p
    WHERE p.id = ANY (@ids::bigint[])
    ORDER BY p.id
    FOR UPDATE
),
intent AS (
    INSERT INTO peer.call (payout_id, step, idempotency_key)
    SELECT w.id, w.intent, l.erp_key || ':' || w.intent
    FROM wanted AS w
    JOIN locked AS l ON l.id = w.id
    WHERE w.intent IS NOT NULL
    ON CONFLICT DO NOTHING
),
answer AS (
    UPDATE peer.call AS c
    SET outcome = 'ok'
    FROM wanted AS w
    WHERE c.payout_id = w.id
      AND c.step = CASE w.state WHEN 'starting' THEN 'create' WHEN 'started' THEN 'start' WHEN 'confirmed' THEN 'confirm' END
),
applied AS (
    UPDATE peer.inbox AS i
    SET applied_at = now()
    FROM wanted AS w
    WHERE i.sha256 = w.webhook
)
UPDATE peer.payout AS p
SET state = CASE WHEN w.rank > l.rank THEN w.state ELSE p.state END,
    session_id = coalesce(w.session_id, p.session_id),
    confirm_information = coalesce(w.confirm_information, p.confirm_information),
    finished_at = CASE WHEN w.state = 'paid' THEN clock_timestamp() ELSE p.finished_at END
FROM wanted AS w
JOIN locked AS l ON l.id = w.id
WHERE p.id = w.id;
