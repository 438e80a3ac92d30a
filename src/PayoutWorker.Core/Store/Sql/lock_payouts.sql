-- One writer at a time for each payout, in the order of their ids, so that two sets cannot deadlock. Open payouts are
-- locked by their row of work, final ones, which have none, by their order. The switch lock is shared: a stop that
-- has returned is seen by every intent after it.
SELECT pg_advisory_xact_lock_shared(hashtextextended('payouts.switch', 0))::text;

SELECT w.id FROM payouts.work AS w WHERE w.id = ANY (@ids::bigint[]) ORDER BY w.id FOR UPDATE;

SELECT o.id
FROM payouts.outbox AS o
WHERE o.id = ANY (@ids::bigint[]) AND o.state IS NOT NULL AND o.state <> 'held'
ORDER BY o.id
FOR UPDATE;
