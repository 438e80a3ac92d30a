SELECT payouts.end_approval_rule(@id, @reason);
