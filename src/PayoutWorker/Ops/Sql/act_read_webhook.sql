-- Nothing for a webhook of another payout: who looks stands among the views of the payout that the webhook belongs to.
WITH hook AS MATERIALIZED (
    SELECT h.id FROM payouts.webhook AS h WHERE h.id = @id AND h.payout_id = @payout
)
SELECT b.body AS found, b.sha256
FROM (VALUES (true)) AS one (row)
LEFT JOIN (hook CROSS JOIN LATERAL payouts.read_webhook(hook.id, @address) AS b) ON true;
