-- What the worker's role lacks, and what it should not have: with these rights it could change an order.
SELECT 'lacks ' || r.privilege || ' on payouts.' || r.name AS problem
FROM (
    VALUES
        ('outbox', 'SELECT'), ('outbox', 'UPDATE'), ('work', 'SELECT'), ('work', 'UPDATE'), ('bank_session', 'INSERT'),
        ('bank_session', 'UPDATE'), ('bank_call', 'INSERT'), ('bank_call', 'UPDATE'), ('webhook', 'INSERT'),
        ('webhook', 'UPDATE'), ('event', 'INSERT'), ('switch', 'INSERT'), ('alarm', 'INSERT'), ('alarm', 'UPDATE'),
        ('return_watch', 'INSERT'), ('return_watch', 'UPDATE'), ('node', 'INSERT'), ('node', 'UPDATE'),
        ('bank_error', 'SELECT'), ('legal_move', 'SELECT'), ('status', 'SELECT'), ('data_key', 'SELECT'), ('data_key', 'INSERT')
) AS r (name, privilege)
WHERE NOT has_any_column_privilege('payouts.' || r.name, r.privilege)
UNION ALL
SELECT 'lacks DELETE on payouts.' || r.name
FROM (VALUES ('work'), ('return_watch'), ('node')) AS r (name)
WHERE NOT has_table_privilege('payouts.' || r.name, 'DELETE')
UNION ALL
SELECT 'may change ' || r.name || ' of payouts.outbox, as only the order''s author may'
FROM (VALUES ('amount'), ('recipient_account'), ('erp_key')) AS r (name)
WHERE has_column_privilege('payouts.outbox', r.name, 'UPDATE');
