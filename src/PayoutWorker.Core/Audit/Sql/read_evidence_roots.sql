-- The roots that stand for these runs, each with the one before it and the hashes of the runs of its day.
SELECT a.day, a.runs, a.last_run, a.root AS root_hash, p.root AS previous,
    coalesce(
        (
            SELECT string_agg(r.hash, '' ORDER BY r.id)
            FROM payouts.seal_run AS r
            WHERE r.id > coalesce(p.last_run, 0) AND r.id <= a.last_run
        ),
        ''
    ) AS hashes
FROM payouts.audit_root AS a
LEFT JOIN payouts.audit_root AS p ON p.day = a.day - 1
WHERE EXISTS (
    SELECT FROM unnest(@runs::bigint[]) AS r (id) WHERE r.id > coalesce(p.last_run, 0) AND r.id <= a.last_run
)
ORDER BY a.day;
