-- How far this database is, and which one it is. A restore or a fail-over shows as another system or timeline, or as a
-- history that is shorter than it was.
SELECT
    (SELECT i.id::text FROM payouts.installation AS i) AS installation,
    (SELECT c.system_identifier::text FROM pg_control_system() AS c) AS system,
    left(pg_walfile_name(pg_current_wal_lsn()), 8) AS timeline,
    coalesce((SELECT max(e.id) FROM payouts.event AS e), 0) AS last_event,
    coalesce((SELECT max(g.id) FROM payouts.gap AS g), 0) AS last_gap,
    EXISTS (SELECT FROM payouts.bank_session) AS has_past;
