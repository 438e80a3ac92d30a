SELECT n.name, n.heartbeat_at
FROM payouts.node AS n
WHERE n.name <> @node AND n.heartbeat_at > now() - interval '30 seconds';
