-- A session that is not there yet, with the intent of its init; that of a create comes with the claim.
INSERT INTO payouts.bank_session
    (payout_id, n, session_id, bank_payout_id, state, evidence, confirm_information, echo)
SELECT c.*
FROM unnest(
    @opened_payouts::bigint[], @opened_numbers::smallint[], @opened_ids::text[],
    @opened_bank_payouts::text[], @opened_states::text[],
    @opened_evidences::text[], @opened_confirms::text[], @opened_echoes::text[]
) AS c;
