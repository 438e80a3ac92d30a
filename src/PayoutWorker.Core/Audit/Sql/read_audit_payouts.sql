-- The next payouts by id, of orders, chains and history: what is gone from one still stands in another.
SELECT t.id
FROM (
    (SELECT o.id FROM payouts.outbox AS o WHERE o.id > @after ORDER BY o.id LIMIT @most)
    UNION
    (
        SELECT DISTINCT l.payout_id FROM payouts.seal AS l WHERE l.payout_id > @after ORDER BY l.payout_id LIMIT @most
    )
    UNION
    (
        SELECT DISTINCT e.payout_id FROM payouts.event AS e WHERE e.payout_id > @after ORDER BY e.payout_id LIMIT @most
    )
) AS t
ORDER BY t.id
LIMIT @most;
