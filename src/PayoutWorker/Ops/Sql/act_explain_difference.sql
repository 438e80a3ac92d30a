SELECT payouts.explain_difference(@id, @reason);
