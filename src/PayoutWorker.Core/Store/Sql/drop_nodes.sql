-- A worker that stops signs off; those that never could are forgotten after a week.
DELETE FROM payouts.node AS n WHERE n.name = @name OR n.heartbeat_at < now() - interval '7 days';
