SELECT s.events_done, s.more FROM payouts.seal_history(@most, @rest) AS s;
