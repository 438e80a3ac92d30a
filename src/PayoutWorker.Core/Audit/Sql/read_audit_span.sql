-- The runs of a span of days; all of them where no day is given. And the seals that name a run that is not there.
SELECT coalesce(min(r.id), 0) AS first, coalesce(max(r.id), 0) AS last,
    (SELECT max(l.id) FROM payouts.seal_run AS l) AS newest,
    (
        SELECT count(*) FROM payouts.seal AS s
        WHERE s.run_id > coalesce((SELECT max(l.id) FROM payouts.seal_run AS l), 0)
    ) AS strays
FROM payouts.seal_run AS r
WHERE (@from_day::date IS NULL OR r.at >= @from_day::date::timestamp AT TIME ZONE 'UTC')
  AND (@to_day::date IS NULL OR r.at < (@to_day::date + 1)::timestamp AT TIME ZONE 'UTC');
