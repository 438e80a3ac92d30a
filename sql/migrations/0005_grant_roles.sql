-- Who may do what. The roles exist already (sql/erp/create_roles.sql); the owner of all this is the migrator.

REVOKE ALL ON ALL TABLES IN SCHEMA payouts FROM PUBLIC;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA payouts FROM PUBLIC;

GRANT USAGE ON SCHEMA payouts TO payouts_worker, payouts_erp;

-- The ERP: inserts orders, reads their status, asks. Nothing else, and no result column.
GRANT INSERT (
    erp_key, method, flow, amount, currency, sender_account, recipient_name, recipient_account, recipient_bik,
    recipient_inn, recipient_kpp, purpose, is_fast, sealed_card, card_last4, metadata, not_before, priority,
    register_id
) ON payouts.outbox TO payouts_erp;

-- What ON CONFLICT (erp_key) and RETURNING id, erp_key need.
GRANT SELECT (id, erp_key) ON payouts.outbox TO payouts_erp;

GRANT SELECT ON payouts.status TO payouts_erp, payouts_worker;

GRANT EXECUTE ON FUNCTION
    payouts.request_cancel(text, text), payouts.request_hold(text, text), payouts.request_release(text, text),
    payouts.explain(text)
TO payouts_erp;

-- The worker: moves work, writes results; it cannot change an order, a key or the history.
GRANT SELECT ON ALL TABLES IN SCHEMA payouts TO payouts_worker;

GRANT UPDATE (
    state, project, bank_session_id, bank_payout_id, error_code, error_text, reason, returned_amount, finished_at,
    sealed_card
) ON payouts.outbox TO payouts_worker;

GRANT UPDATE, DELETE ON payouts.work TO payouts_worker;

GRANT INSERT, UPDATE (session_id, bank_payout_id, state, evidence, confirm_information, echo) ON payouts.bank_session
TO payouts_worker;

GRANT INSERT, UPDATE (
    body_hash, sends, intended_by, last_sent_at, answered_at, outcome, http_status, bank_code, bank_text, duration_ms
) ON payouts.bank_call TO payouts_worker;

GRANT INSERT, UPDATE (due_at, type, session_id, payout_id, outcome, applied_at) ON payouts.webhook TO payouts_worker;

GRANT INSERT ON payouts.event, payouts.switch TO payouts_worker;

GRANT INSERT, UPDATE (times, last_at, text) ON payouts.alarm TO payouts_worker;

GRANT INSERT, UPDATE, DELETE ON payouts.return_watch, payouts.node TO payouts_worker;

GRANT EXECUTE ON FUNCTION
    payouts.bank_ref(text), payouts.bank_ref(uuid, text), payouts.is_any_stopped(),
    payouts.lock_payouts(bigint[]),
    payouts.is_stopped(text, text, text), payouts.explain(text),
    payouts.stop(text, text, text), payouts.in_gap(), payouts.open_gap(text)
TO payouts_worker;
