SELECT r.done, r.refused, r.next_after FROM payouts.approve_register(@register, @currency, @hash, @reason, @after) AS r;
