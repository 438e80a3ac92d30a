-- Stuck: with a step under way for half an hour, or due for two minutes without anybody taking it. The words name no
-- person and no account.
SELECT
    w.id,
    w.state || ' since ' || to_char(w.state_since, 'YYYY-MM-DD HH24:MI')
        || CASE WHEN w.due_at <= now() THEN ', due and not taken' ELSE '' END
        || ', asked ' || w.polls || ' times' AS words
FROM payouts.work AS w
WHERE w.state NOT IN ('held', 'new')
  AND (w.state_since < now() - interval '30 minutes' OR w.due_at < now() - interval '2 minutes')
ORDER BY w.state_since
LIMIT @most;
