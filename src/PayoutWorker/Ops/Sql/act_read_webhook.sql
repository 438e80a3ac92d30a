-- Null for a webhook of another payout: who looks stands in the history of the payout that the webhook belongs to.
SELECT (SELECT payouts.read_webhook(h.id) FROM payouts.webhook AS h WHERE h.id = @id AND h.payout_id = @payout) AS body;
