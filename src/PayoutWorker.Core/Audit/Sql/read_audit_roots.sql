-- The root of each day.
SELECT a.day, a.runs, a.last_run, a.root FROM payouts.audit_root AS a ORDER BY a.day;
