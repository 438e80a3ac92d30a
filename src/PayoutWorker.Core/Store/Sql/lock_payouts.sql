SELECT payouts.lock_payouts(@ids)::text;
