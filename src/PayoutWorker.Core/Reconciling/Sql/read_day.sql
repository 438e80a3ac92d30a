-- How far a day is, and its open differences in words.
SELECT
    s.due_at IS NULL AS compared,
    s.problem,
    b.payouts,
    b.paid::bigint AS paid,
    b.fees::bigint AS fees,
    b.returned::bigint AS returned,
    ARRAY (
        SELECT concat_ws(' ', d.id, d.kind, d.erp_key, d.payment_id) || ': ' || d.text
        FROM payouts.differences AS d
        WHERE d.account = s.account AND d.day = s.day AND d.state = 'open'
        ORDER BY d.id
    ) AS differences
FROM payouts.statement AS s
JOIN payouts.daily_books AS b ON b.account = s.account AND b.day = s.day
WHERE s.account = @account AND s.day = @day;
