-- How many payouts are due, up to as many as it is worth to count: a job each is queued for them. Only a hint, like
-- is_anything_due.
SELECT count(*) FROM (SELECT FROM payouts.work AS w WHERE w.due_at <= now() LIMIT @most) AS due;
