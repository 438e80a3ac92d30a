-- What became final, by hours: from the index alone.
SELECT
    date_trunc('hour', o.finished_at) AS hour, o.state, o.currency, count(*) AS payouts, sum(o.amount)::bigint AS minor
FROM payouts.outbox AS o
WHERE o.finished_at >= @since AND o.finished_at < @until
GROUP BY 1, 2, 3;
