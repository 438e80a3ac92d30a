SELECT p.pruned, p.more FROM payouts.prune(@kind, @months, @most) AS p;
