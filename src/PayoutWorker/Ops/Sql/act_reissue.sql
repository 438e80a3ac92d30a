SELECT payouts.reissue(@key, @reason);
