-- The worker uses Hangfire's tables; it neither owns nor changes them.
GRANT USAGE ON SCHEMA hangfire TO payouts_worker;

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA hangfire TO payouts_worker;

GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA hangfire TO payouts_worker;

-- Each change of a job's state adds and deletes a row here: left to the default, the dead rows of a busy hour would
-- slow every fetch.
ALTER TABLE hangfire.lock SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 100);

ALTER TABLE hangfire.jobqueue SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 100);
