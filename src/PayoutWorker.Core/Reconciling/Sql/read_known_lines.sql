SELECT l.key, l.payout_id FROM payouts.statement_line AS l
WHERE l.account = @account AND l.day = @day AND l.payout_id IS NOT NULL AND l.gone_at IS NULL;
