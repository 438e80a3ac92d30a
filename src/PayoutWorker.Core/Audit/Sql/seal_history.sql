SELECT payouts.seal_history(@most);
