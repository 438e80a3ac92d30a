-- What the dashboard's first page counts. Only open payouts: history is never walked through.
SELECT
    count(*) FILTER (WHERE w.due_at <= now()) AS due,
    count(*) FILTER (
        WHERE w.state IN ('creating', 'created', 'starting', 'initiating', 'ready', 'confirming', 'cancelling')
    ) AS in_flight,
    count(*) FILTER (WHERE w.state IN ('started', 'confirmed')) AS waiting,
    count(*) FILTER (WHERE w.state = 'held') AS held
FROM payouts.work AS w;
