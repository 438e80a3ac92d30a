-- Keys outside the database that wrap something here, and that this program was not given.
SELECT k.kek_id, count(*) AS data_keys
FROM payouts.data_key AS k
WHERE NOT k.kek_id = ANY (@known::text[])
GROUP BY k.kek_id
ORDER BY k.kek_id;
