SELECT payouts.override_gap(@reason);
