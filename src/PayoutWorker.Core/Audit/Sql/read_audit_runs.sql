-- Runs of the sealer in their order, with the seals of each by payout and number.
SELECT r.id, r.at, (extract(epoch FROM r.at) * 1000000)::bigint::text AS micros, r.seals, r.hash,
    coalesce(l.hashes, '') AS hashes, coalesce(l.payouts, '{}') AS payouts
FROM payouts.seal_run AS r
LEFT JOIN (
    SELECT l.run_id, string_agg(l.hash, '' ORDER BY l.payout_id, l.n) AS hashes,
        array_agg(l.payout_id ORDER BY l.payout_id, l.n) AS payouts
    FROM payouts.seal AS l
    WHERE l.run_id BETWEEN @first AND @last
    GROUP BY l.run_id
) AS l ON l.run_id = r.id
WHERE r.id BETWEEN @first AND @last
ORDER BY r.id;
