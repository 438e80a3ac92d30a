SELECT payouts.record_view(@id, 'payout', @address);
