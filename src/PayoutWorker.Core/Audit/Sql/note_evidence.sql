-- Who had the evidence of a payout exported, names and accounts included, stands in its history.
INSERT INTO payouts.event (payout_id, who, from_state, to_state, why)
SELECT s.payout_id, @who, s.state, s.state, 'evidence exported'
FROM payouts.status AS s
WHERE s.payout_id = @id;
