SELECT payouts.assign_difference(@id, @owner, @reason);
