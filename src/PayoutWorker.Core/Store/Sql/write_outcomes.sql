UPDATE payouts.bank_call AS b
SET answered_at = now(),
    -- Sends that may have left: this one provably did not.
    -- Once: a fact is written again when it is not known whether it was.
    sends = b.sends - (c.outcome = 'not sent' AND b.outcome IS NULL)::int,
    outcome = c.outcome,
    http_status = c.http_status,
    bank_code = c.code,
    bank_text = c.text,
    duration_ms = c.duration_ms,
    body_hash = coalesce(b.body_hash, c.body_hash)
FROM unnest(
    @outcome_payouts::bigint[], @outcome_sessions::smallint[], @outcome_steps::text[], @outcomes::text[],
    @outcome_statuses::smallint[], @outcome_codes::text[], @outcome_texts::text[], @outcome_durations::int[],
    @outcome_hashes::bytea[], @outcome_lates::boolean[]
) AS c (payout_id, session_n, step, outcome, http_status, code, text, duration_ms, body_hash, late)
WHERE b.payout_id = c.payout_id AND b.session_n = c.session_n AND b.step = c.step
  -- The answer to an older send of a call, after its payout ended: what stands there is sealed.
  AND NOT (c.late AND b.answered_at IS NOT NULL);
