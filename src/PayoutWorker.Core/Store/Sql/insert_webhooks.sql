-- The same body twice is one webhook; the answer is 200 either way.
INSERT INTO payouts.webhook (sha256, body, signature, key_id)
SELECT c.* FROM unnest(@hashes::bytea[], @bodies::bytea[], @signatures::text[], @key_ids::text[]) AS c
ON CONFLICT (sha256) DO NOTHING;

SELECT pg_notify('payouts_inbox', '')::text;
