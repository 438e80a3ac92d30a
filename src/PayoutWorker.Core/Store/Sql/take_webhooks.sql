-- The oldest webhooks not applied yet, locked for this transaction; another worker takes others.
SELECT w.id, w.sha256, w.body, w.received_at, now() AS now
FROM payouts.webhook AS w
WHERE w.applied_at IS NULL
  -- As the index says it.
  AND w.due_at < 'infinity'
  AND w.due_at > now() - @look_back::interval
  AND w.due_at <= now() - @overdue::interval
ORDER BY w.due_at, w.id
LIMIT @limit
FOR UPDATE SKIP LOCKED;
