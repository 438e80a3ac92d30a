SELECT payouts.open_gap(@reason);
