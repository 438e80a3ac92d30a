-- What a page of confirmation shows.
SELECT
    o.id, o.erp_key, o.amount, o.currency, o.recipient_name, s.state, s.in_words, payouts.allowed(o.id) AS allowed,
    (
        SELECT r.outcome || ', proposed by ' || r.proposed_by || ': ' || r.evidence
        FROM payouts.resolution AS r
        JOIN payouts.work AS w ON w.id = r.payout_id
        WHERE r.payout_id = o.id AND r.approved_by IS NULL AND r.proposed_at >= w.state_since
        ORDER BY r.id DESC
        LIMIT 1
    ) AS proposal
FROM payouts.outbox AS o
JOIN payouts.status AS s ON s.payout_id = o.id
WHERE o.id = @id;
