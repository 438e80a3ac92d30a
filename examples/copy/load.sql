-- Loads register.csv, in the folder of which it is run: psql -X -v ON_ERROR_STOP=1 -f load.sql
-- COPY knows no ON CONFLICT: it goes into a table of this session first, so that the file may be loaded twice. Nothing
-- is paid before the COMMIT, so what preflight says can still be answered with a ROLLBACK.
BEGIN;

CREATE TEMPORARY TABLE register ON COMMIT DROP AS
SELECT
    NULL::text AS erp_key, NULL::text AS method, NULL::bigint AS amount, NULL::text AS sender_account,
    NULL::text AS recipient_name, NULL::text AS recipient_account, NULL::text AS recipient_bik, NULL::text AS purpose,
    NULL::text AS register_id
WITH NO DATA;

\copy register FROM 'register.csv' WITH (FORMAT csv, HEADER true)

INSERT INTO payouts.outbox
    (erp_key, method, amount, sender_account, recipient_name, recipient_account, recipient_bik, purpose, register_id)
SELECT
    erp_key, method, amount, sender_account, recipient_name, recipient_account, recipient_bik, purpose, register_id
FROM register
ON CONFLICT (erp_key) DO NOTHING;

SELECT finding, erp_key, subject, amount, detail FROM payouts.preflight('EXAMPLE-R1');

COMMIT;

SELECT payouts, percent_finished, paid, rejected, held FROM payouts.registers WHERE register_id = 'EXAMPLE-R1';
