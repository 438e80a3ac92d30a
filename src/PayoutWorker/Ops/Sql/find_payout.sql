-- The payouts that one word names, as whichever of its names: at most a page of them.
SELECT o.id FROM payouts.outbox AS o WHERE o.erp_key = @word
UNION
SELECT b.payout_id FROM payouts.bank_session AS b WHERE b.session_id = @word
UNION
SELECT o.id FROM payouts.outbox AS o WHERE o.id = @number
UNION
(
    SELECT o.id FROM payouts.outbox AS o WHERE o.recipient_account = @word ORDER BY o.id DESC LIMIT 51
)
ORDER BY 1 DESC
LIMIT 51;
