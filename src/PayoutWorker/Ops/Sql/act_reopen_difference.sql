SELECT payouts.reopen_difference(@id, @reason);
