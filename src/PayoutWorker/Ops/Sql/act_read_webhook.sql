SELECT payouts.read_webhook(@id);
