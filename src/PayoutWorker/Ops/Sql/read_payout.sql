-- Everything known of one payout.
SELECT
    o.id, o.erp_key, o.method, coalesce(w.flow, o.flow) AS flow, o.amount, o.currency, o.sender_account,
    o.recipient_name, o.recipient_account, o.recipient_bik, o.recipient_inn, o.recipient_kpp, o.purpose, o.is_fast,
    o.card_last4, o.metadata::text AS metadata, o.not_before, o.priority, o.register_id, o.created_at, o.created_by,
    s.state, s.in_words, s.held_kind AS kind, s.since, s.next_look_at, s.reason, s.error_code, s.error_text,
    s.returned_amount, s.bank_session_id, s.bank_payout_id, s.finished_at, s.may_pay_again, s.cancel_asked,
    coalesce(w.hold, false) AS hold_asked, coalesce(w.project, o.project) AS project, w.held_from, w.owner, w.claims,
    w.polls, payouts.explain(o.erp_key) AS explained, payouts.allowed(o.id) AS allowed,
    (SELECT p.erp_key FROM payouts.outbox AS p WHERE p.id = o.reissue_of) AS reissue_of_key, o.reissue_of,
    (SELECT n.erp_key FROM payouts.outbox AS n WHERE n.reissue_of = o.id) AS reissued_as_key,
    (SELECT n.id FROM payouts.outbox AS n WHERE n.reissue_of = o.id) AS reissued_as,
    (SELECT r.next_at FROM payouts.return_watch AS r WHERE r.payout_id = o.id) AS return_asked_at,
    (SELECT x.at FROM payouts.erased AS x WHERE x.payout_id = o.id AND x.what = 'personal') AS erased_at
FROM payouts.outbox AS o
JOIN payouts.status AS s ON s.payout_id = o.id
LEFT JOIN payouts.work AS w ON w.id = o.id
WHERE o.id = @id;

SELECT e.id, e.at, e.who, e.from_state, e.to_state, e.why, e.evidence
FROM payouts.event AS e
WHERE e.payout_id = @id
ORDER BY e.id DESC
LIMIT 200;

SELECT
    c.session_n, c.step, c.idempotency_key, c.sends, c.intended_by, c.intended_at, c.last_sent_at, c.answered_at,
    c.outcome, c.http_status, c.bank_code, c.bank_text, c.duration_ms
FROM payouts.bank_call AS c
WHERE c.payout_id = @id
ORDER BY c.intended_at, c.session_n
LIMIT 100;

SELECT b.n, b.session_id, b.state, b.evidence, b.opened_at
FROM payouts.bank_session AS b
WHERE b.payout_id = @id
ORDER BY b.n
LIMIT 100;

SELECT h.id, h.type, h.session_id, h.received_at, h.applied_at, h.outcome, h.key_id
FROM payouts.webhook AS h
WHERE h.payout_id = @id
ORDER BY h.id DESC
LIMIT 100;

SELECT r.outcome, r.evidence, r.proposed_by, r.proposed_at, r.approved_by, r.approved_at
FROM payouts.resolution AS r
WHERE r.payout_id = @id
ORDER BY r.id DESC
LIMIT 10;

SELECT v.at, v.who, v.payout_id, v.what, v.address
FROM payouts.personal_view AS v
WHERE v.payout_id = @id
ORDER BY v.id DESC
LIMIT 20;
