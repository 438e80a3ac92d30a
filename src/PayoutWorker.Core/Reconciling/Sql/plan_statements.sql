-- Days that are closed by now and were never asked for: from the day after the last one, a month back at most.
INSERT INTO payouts.statement (account, day, due_at)
SELECT a.account, d.day::date, now()
FROM unnest(@accounts::text[]) AS a (account)
CROSS JOIN LATERAL (
    SELECT (now() AT TIME ZONE 'UTC' + @bank_time::interval - @after::interval)::date - 1 AS day
) AS last
CROSS JOIN LATERAL generate_series(
    greatest(
        last.day - 30,
        coalesce((SELECT max(s.day) + 1 FROM payouts.statement AS s WHERE s.account = a.account), last.day)
    ),
    last.day,
    interval '1 day'
) AS d (day)
ON CONFLICT DO NOTHING;
