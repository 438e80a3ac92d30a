SELECT payouts.release_gap(@reason);
