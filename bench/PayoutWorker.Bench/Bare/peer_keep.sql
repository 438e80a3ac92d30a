INSERT INTO peer.inbox (sha256, body, signature, session_id)
SELECT * FROM unnest(@hashes::bytea[], @bodies::bytea[], @signatures::text[], @sessions::text[])
ON CONFLICT DO NOTHING;
