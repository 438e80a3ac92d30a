SELECT g.id, g.found_by, g.found_at, g.reason, g.override_by, g.override_at, g.override_reason
FROM payouts.gap AS g
WHERE g.released_at IS NULL;

-- Those that the bank was not asked about since.
SELECT w.id, o.erp_key, w.state, o.amount, o.currency, w.state_since AS since, w.due_at, w.claims, w.owner,
    count(*) OVER () AS all_of_them
FROM payouts.work AS w
JOIN payouts.bank_session AS b ON b.payout_id = w.id AND b.n = w.session_n AND b.session_id IS NOT NULL
JOIN payouts.outbox AS o ON o.id = w.id
JOIN payouts.gap AS g ON g.released_at IS NULL
WHERE w.state <> 'new' AND b.state <> 'dead' AND (w.heard_at IS NULL OR w.heard_at < g.found_at)
ORDER BY w.id
LIMIT 20;
