SELECT payouts.set_approval_rule(@method, @account, @currency, @amount, @reason);
