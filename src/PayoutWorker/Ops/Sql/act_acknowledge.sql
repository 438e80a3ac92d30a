SELECT payouts.acknowledge(@id, @reason);
