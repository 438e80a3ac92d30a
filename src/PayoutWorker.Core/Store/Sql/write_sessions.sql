INSERT INTO payouts.bank_session AS s (payout_id, n, session_id, state, evidence, confirm_information, echo)
SELECT c.*
FROM unnest(
    @session_payouts::bigint[], @session_numbers::smallint[], @session_ids::text[], @session_states::text[],
    @session_evidences::text[], @session_confirms::text[], @session_echoes::text[]
) AS c
ON CONFLICT (payout_id, n) DO UPDATE
SET session_id = coalesce(s.session_id, excluded.session_id),
    state = excluded.state,
    evidence = coalesce(excluded.evidence, s.evidence),
    -- Pinned: the first one stays.
    confirm_information = coalesce(s.confirm_information, excluded.confirm_information),
    echo = coalesce(s.echo, excluded.echo);
