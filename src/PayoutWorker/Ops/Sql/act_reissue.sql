SELECT payouts.reissue(@key, @new_key, @reason);
