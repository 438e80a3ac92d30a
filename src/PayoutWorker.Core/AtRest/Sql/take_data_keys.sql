-- Data keys that another key wraps than the current one, some at a time.
SELECT k.id, k.kek_id, k.wrapped
FROM payouts.data_key AS k
WHERE k.kek_id <> @current AND k.kek_id = ANY (@known::text[])
ORDER BY k.id
LIMIT 500
FOR UPDATE;
