UPDATE payouts.bank_session AS s
SET session_id = coalesce(s.session_id, c.session_id),
    bank_payout_id = coalesce(s.bank_payout_id, c.bank_payout_id),
    -- Dead is for good: an answer that comes late, or twice, does not open it again. Only money that moved after all
    -- says otherwise.
    state = CASE WHEN s.state IN ('dead', 'paid') AND c.state <> 'paid' THEN s.state ELSE c.state END,
    evidence = coalesce(c.evidence, s.evidence),
    -- Pinned: the first one stays.
    confirm_information = coalesce(s.confirm_information, c.confirm_information),
    echo = coalesce(s.echo, c.echo)
FROM unnest(
    @session_payouts::bigint[], @session_numbers::smallint[], @session_ids::text[],
    @session_bank_payouts::text[], @session_states::text[],
    @session_evidences::text[], @session_confirms::text[], @session_echoes::text[]
) AS c (payout_id, n, session_id, bank_payout_id, state, evidence, confirm_information, echo)
WHERE s.payout_id = c.payout_id AND s.n = c.n;
