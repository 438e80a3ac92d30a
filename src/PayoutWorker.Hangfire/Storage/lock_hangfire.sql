-- One migrator at a time, until its connection ends: the installer itself does not wait for another.
SELECT pg_advisory_lock(hashtextextended('payouts.migrate.hangfire', 0));
