SELECT payouts.end_money_limit(@id, @reason);
