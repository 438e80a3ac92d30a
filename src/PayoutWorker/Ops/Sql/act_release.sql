SELECT payouts.request_release(@key, @reason);
