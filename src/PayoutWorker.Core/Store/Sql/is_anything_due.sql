-- Is a drive worth its job? True is only a hint: what a stop or a paused project covers stays due.
SELECT EXISTS (
    SELECT
    FROM unnest(@states::text[]) AS s (state)
    CROSS JOIN LATERAL (
        SELECT FROM payouts.work AS w
        WHERE w.state = s.state AND w.state <> 'new' AND w.due_at <= now()
        LIMIT 1
    ) AS due
) OR EXISTS (SELECT FROM payouts.work AS w WHERE w.state = 'new' AND w.due_at < 'infinity' AND w.due_at <= now());
