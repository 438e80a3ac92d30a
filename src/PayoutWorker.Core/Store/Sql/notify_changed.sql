-- For whoever listens in the ERP: something in payouts.status reached a result. One notification a set.
SELECT pg_notify('payouts_changed', '')::text;
