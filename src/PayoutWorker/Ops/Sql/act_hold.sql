SELECT payouts.request_hold(@key, @reason);
