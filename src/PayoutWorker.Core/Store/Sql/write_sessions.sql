INSERT INTO payouts.bank_session AS s (payout_id, n, session_id, state, evidence, confirm_information, echo)
SELECT c.*
FROM unnest(
    @session_payouts::bigint[], @session_numbers::smallint[], @session_ids::text[], @session_states::text[],
    @session_evidences::text[], @session_confirms::text[], @session_echoes::text[]
) AS c
ON CONFLICT (payout_id, n) DO UPDATE
SET session_id = coalesce(s.session_id, excluded.session_id),
    -- Dead is for good: an answer that comes late, or twice, does not open it again. Only money that moved after all
    -- says otherwise.
    state = CASE WHEN s.state IN ('dead', 'paid') AND excluded.state <> 'paid' THEN s.state ELSE excluded.state END,
    evidence = coalesce(excluded.evidence, s.evidence),
    -- Pinned: the first one stays.
    confirm_information = coalesce(s.confirm_information, excluded.confirm_information),
    echo = coalesce(s.echo, excluded.echo);
