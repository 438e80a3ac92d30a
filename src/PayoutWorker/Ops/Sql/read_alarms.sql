SELECT
    a.id, a.kind, a.subject, a.text, a.payout_id, a.times, a.raised_at, a.last_at, a.acknowledged_by, a.acknowledged_at,
    a.acknowledge_reason, count(*) FILTER (WHERE a.acknowledged_at IS NULL) OVER () AS open
FROM payouts.alarm AS a
WHERE a.acknowledged_at IS NULL OR a.acknowledged_at > now() - interval '7 days'
ORDER BY a.acknowledged_at DESC NULLS FIRST, a.last_at DESC
LIMIT 200;
