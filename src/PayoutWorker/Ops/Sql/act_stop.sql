SELECT payouts.stop(@scope, @value, @reason);
