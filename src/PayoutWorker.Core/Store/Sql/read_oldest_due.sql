-- For how many seconds the longest waiting payout has been due; those that a stop covers wait on purpose.
SELECT extract(epoch FROM now() - min(w.due_at))::float8
FROM payouts.work AS w
WHERE w.due_at <= now()
  AND (
      w.state NOT IN ('new', 'creating', 'created', 'ready')
      OR NOT payouts.is_stopped(w.project, w.sender_account, w.method)
  );
