DELETE FROM payouts.return_watch WHERE payout_id = ANY (@ids::bigint[]);
