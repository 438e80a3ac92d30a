-- Rules and limits, those in force first, and what each limit has counted today.
SELECT
    r.id, r.method, r.sender_account, r.currency, r.from_amount AS amount, r.reason, r.set_by, r.set_at, r.end_asked_by,
    r.end_asked_at, r.end_asked_reason, r.ended_by, r.ended_at, r.end_reason
FROM payouts.approval_rule AS r
ORDER BY r.ended_at DESC NULLS FIRST, r.id DESC
LIMIT 50;

SELECT
    l.id, l.scope, l.method, l.sender_account, l.currency, l.max_amount AS amount, l.max_count AS count, l.reason,
    l.set_by, l.set_at, l.end_asked_by, l.end_asked_at, l.end_asked_reason, l.ended_by, l.ended_at, l.end_reason,
    (
        SELECT count(*)
        FROM payouts.limit_hold AS h
        JOIN payouts.work AS w ON w.id = h.payout_id AND w.state = 'held'
        WHERE h.limit_id = l.id AND h.released_at IS NULL
    ) AS held
FROM payouts.money_limit AS l
ORDER BY l.ended_at DESC NULLS FIRST, l.id DESC
LIMIT 50;
