SELECT payouts.resume(@scope, @value, @reason);
