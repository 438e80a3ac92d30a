-- What the dashboard's first page counts. Open payouts are few; of history only the youngest orders are looked at, so
-- that the page costs the same in ten years.
SELECT
    count(*) FILTER (WHERE w.due_at <= now()) AS due,
    count(*) FILTER (
        WHERE w.state IN ('creating', 'created', 'starting', 'initiating', 'ready', 'confirming', 'cancelling')
    ) AS in_flight,
    count(*) FILTER (WHERE w.state IN ('started', 'confirmed')) AS waiting,
    count(*) FILTER (WHERE w.state = 'held') AS held,
    count(*) FILTER (
        WHERE w.state NOT IN ('held', 'new')
          AND (w.state_since < now() - interval '30 minutes' OR w.due_at < now() - interval '2 minutes')
    ) AS stuck,
    (
        SELECT count(*)
        FROM (SELECT o.state, o.finished_at FROM payouts.outbox AS o ORDER BY o.id DESC LIMIT 100000) AS young
        WHERE young.state = 'paid' AND young.finished_at >= date_trunc('day', now())
    ) AS paid_today
FROM payouts.work AS w;
