INSERT INTO payouts.node AS n (name, version, scheduler)
VALUES (@name, @version, @scheduler)
ON CONFLICT (name) DO UPDATE SET heartbeat_at = now(), version = excluded.version, scheduler = excluded.scheduler;
