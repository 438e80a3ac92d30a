-- What the bank sent about one payout, as it came.
SELECT h.id, h.body, h.sha256, h.signature, h.key_id
FROM payouts.webhook AS h
WHERE h.payout_id = @id
ORDER BY h.id;
