-- Run once for each server, by its administrator: psql -f sql/erp/create_roles.sql
-- Give each role a login and a password in the way of your house, e.g.
--   ALTER ROLE payouts_worker LOGIN PASSWORD '...';
-- and create the database with the migrator as its owner:
--   CREATE DATABASE payouts OWNER payouts_migrator;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'payouts_migrator', 'payouts_worker', 'payouts_erp', 'payouts_ops', 'payouts_auditor', 'payouts_webhook'
    ] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', name);
        END IF;
    END LOOP;
END
$$;
