-- The same body twice is one webhook; the answer is 200 either way. In the order of their hashes, so that two workers
-- who are sent the same bodies do not wait for each other. ON CONFLICT names no column: that would take the right to
-- read it, which the endpoint has not. The hash is the only key that can conflict.
WITH kept AS (
    INSERT INTO payouts.webhook (sha256, body, signature, key_id)
    SELECT c.*
    FROM unnest(@hashes::bytea[], @bodies::bytea[], @signatures::text[], @key_ids::text[])
        AS c (sha256, body, signature, key_id)
    ORDER BY c.sha256
    ON CONFLICT DO NOTHING
)
SELECT pg_notify('payouts_inbox', '')::text;
