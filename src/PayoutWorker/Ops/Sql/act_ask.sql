SELECT payouts.request_ask(@key, @reason);
