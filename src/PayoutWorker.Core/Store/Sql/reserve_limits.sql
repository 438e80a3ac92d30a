-- Counts payouts whose start or init is about to be intended; returns those that a limit keeps back.
SELECT r.held AS id, r.reason, r.alarm FROM payouts.reserve_limits(@ids::bigint[]) AS r;
