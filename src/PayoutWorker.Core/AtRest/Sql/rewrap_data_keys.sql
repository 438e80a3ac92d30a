UPDATE payouts.data_key AS k
SET kek_id = @current, wrapped = n.wrapped
FROM unnest(@ids::uuid[], @wrapped::bytea[]) AS n (id, wrapped)
WHERE k.id = n.id;
