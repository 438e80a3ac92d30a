-- The intent of a call. The same step of the same session is the same logical call: its key stays, sends goes up.
INSERT INTO payouts.bank_call AS b
    (payout_id, session_n, step, idempotency_key, body_hash, intended_by)
SELECT c.payout_id, c.session_n, c.step, c.key, c.body_hash, @owner
FROM unnest(
    @intent_payouts::bigint[], @intent_sessions::smallint[], @intent_steps::text[], @intent_keys::text[],
    @intent_hashes::bytea[]
) AS c (payout_id, session_n, step, key, body_hash)
ON CONFLICT (payout_id, session_n, step) DO UPDATE
SET sends = b.sends + 1,
    last_sent_at = now(),
    intended_by = excluded.intended_by,
    answered_at = NULL,
    outcome = NULL,
    http_status = NULL,
    bank_code = NULL,
    bank_text = NULL,
    duration_ms = NULL;
