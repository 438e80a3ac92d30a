SELECT payouts.approve(@key, @hash, @reason);
