SELECT payouts.set_money_limit(@scope, @method, @account, @currency, @amount, @count, @reason);
