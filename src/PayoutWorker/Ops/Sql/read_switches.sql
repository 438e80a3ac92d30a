SELECT
    s.id, s.scope, s.value, s.stopped_by, s.stopped_at, s.reason, s.resumed_by, s.resumed_at, s.resume_reason
FROM payouts.switch AS s
ORDER BY s.resumed_at DESC NULLS FIRST, s.id DESC
LIMIT 40;

-- What is under way and cannot be called back.
SELECT count(*) FROM payouts.work AS w WHERE w.state IN ('creating', 'starting', 'initiating', 'confirming');

SELECT DISTINCT w.sender_account FROM payouts.work AS w WHERE w.sender_account IS NOT NULL ORDER BY 1 LIMIT 20;
