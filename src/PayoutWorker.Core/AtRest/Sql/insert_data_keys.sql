-- ON CONFLICT names no column: that would take the right to read it, which the webhook endpoint has not.
INSERT INTO payouts.data_key (id, kek_id, wrapped)
SELECT k.*
FROM unnest(@ids::uuid[], @keks::text[], @wrapped::bytea[]) AS k (id, kek_id, wrapped)
ORDER BY k.id
ON CONFLICT DO NOTHING;
