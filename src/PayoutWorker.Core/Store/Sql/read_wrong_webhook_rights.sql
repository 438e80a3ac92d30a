-- What the role of the webhook endpoint lacks, and what it should not have: who breaks in there must find nothing. What
-- is lacking comes first.
SELECT p.problem
FROM (
    SELECT 1 AS place, 'lacks INSERT on payouts.webhook.' || c.name AS problem
    FROM (VALUES ('sha256'), ('body'), ('signature'), ('key_id')) AS c (name)
    WHERE NOT has_column_privilege('payouts.webhook', c.name, 'INSERT')
    UNION ALL
    SELECT 1, 'lacks INSERT on payouts.data_key.' || c.name
    FROM (VALUES ('id'), ('kek_id'), ('wrapped')) AS c (name)
    WHERE NOT has_column_privilege('payouts.data_key', c.name, 'INSERT')
    UNION ALL
    SELECT 2, 'may ' || t.privilege || ' payouts.' || r.relname
    FROM pg_class AS r, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) AS t (privilege)
    WHERE r.relnamespace = 'payouts'::regnamespace AND r.relkind IN ('r', 'v')
      AND has_any_column_privilege(r.oid, t.privilege)
      AND NOT (r.relname IN ('webhook', 'data_key') AND t.privilege = 'INSERT')
) AS p
ORDER BY p.place, p.problem;
