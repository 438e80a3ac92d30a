INSERT INTO payouts.event (payout_id, who, from_state, to_state, why, evidence)
SELECT c.payout_id, @owner, c.from_state, c.to_state, c.why, c.evidence
FROM unnest(
    @event_payouts::bigint[], @event_froms::text[], @event_tos::text[], @event_whys::text[], @event_evidences::text[]
) AS c (payout_id, from_state, to_state, why, evidence);
