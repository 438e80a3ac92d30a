SELECT payouts.resolve(@key, @outcome, @reason);
