SELECT s.events_done, s.more FROM payouts.seal_history(@most, @pass_events, @rest) AS s;
