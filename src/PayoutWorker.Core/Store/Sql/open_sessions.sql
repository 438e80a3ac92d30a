-- A session other than the current one: mostly new, with the intent of its init. One that is there already changes as in
-- write_sessions.
INSERT INTO payouts.bank_session AS s
    (payout_id, n, session_id, bank_payout_id, state, evidence, confirm_information, echo)
SELECT c.*
FROM unnest(
    @opened_payouts::bigint[], @opened_numbers::smallint[], @opened_ids::text[],
    @opened_bank_payouts::text[], @opened_states::text[],
    @opened_evidences::text[], @opened_confirms::text[], @opened_echoes::text[]
) AS c
ON CONFLICT (payout_id, n) DO UPDATE
SET session_id = coalesce(s.session_id, excluded.session_id),
    bank_payout_id = coalesce(s.bank_payout_id, excluded.bank_payout_id),
    state = CASE WHEN s.state IN ('dead', 'paid') AND excluded.state <> 'paid' THEN s.state ELSE excluded.state END,
    evidence = coalesce(excluded.evidence, s.evidence),
    confirm_information = coalesce(s.confirm_information, excluded.confirm_information),
    echo = coalesce(s.echo, excluded.echo);
