-- One payout as it stands, for people, and the states of what belongs to it.
SELECT o.id, jsonb_pretty(jsonb_build_object(
    'order_and_result', to_jsonb(o) - 'sealed_card',
    'status', to_jsonb(s),
    'explained', payouts.explain(o.erp_key),
    'history', (SELECT jsonb_agg(to_jsonb(e) ORDER BY e.id) FROM payouts.event AS e WHERE e.payout_id = o.id),
    'sessions', (SELECT jsonb_agg(to_jsonb(b) ORDER BY b.n) FROM payouts.bank_session AS b WHERE b.payout_id = o.id),
    'calls', (
        SELECT jsonb_agg(to_jsonb(c) ORDER BY c.intended_at, c.session_n)
        FROM payouts.bank_call AS c WHERE c.payout_id = o.id
    ),
    'webhooks', (
        SELECT jsonb_agg(to_jsonb(h) - 'body' ORDER BY h.id) FROM payouts.webhook AS h WHERE h.payout_id = o.id
    ),
    'resolutions', (
        SELECT jsonb_agg(to_jsonb(r) ORDER BY r.id) FROM payouts.resolution AS r WHERE r.payout_id = o.id
    ),
    'statement_lines', (
        SELECT jsonb_agg(to_jsonb(l) ORDER BY l.day, l.key)
        FROM payouts.statement_line AS l WHERE l.payout_id = o.id
    ),
    'erased', (SELECT jsonb_agg(to_jsonb(x) ORDER BY x.at, x.what) FROM payouts.erased AS x WHERE x.payout_id = o.id)
)) AS text
FROM payouts.outbox AS o
JOIN payouts.status AS s ON s.payout_id = o.id
WHERE o.erp_key = @erp_key;
