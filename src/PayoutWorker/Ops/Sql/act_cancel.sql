SELECT payouts.request_cancel(@key, @reason);
