-- The chains of these payouts.
SELECT l.payout_id, l.n, l.run_id, l.items, l.digests, l.hash
FROM payouts.seal AS l
WHERE l.payout_id = ANY (@ids::bigint[])
ORDER BY l.payout_id, l.n;
