WITH taken AS (
    SELECT p.id
    FROM peer.payout AS p
    WHERE p.state = 'new'
    ORDER BY p.id
    LIMIT @limit
    FOR UPDATE SKIP LOCKED
),
claimed AS (
    UPDATE peer.payout AS p
    SET state = 'creating', first_call_at = clock_timestamp()
    FROM taken AS t
    WHERE p.id = t.id
    RETURNING p.id, p.erp_key, p.amount, p.sender_account, p.recipient_name, p.recipient_account, p.recipient_bik,
        p.purpose
),
call AS (
    INSERT INTO peer.call (payout_id, step, idempotency_key)
    SELECT c.id, 'create', c.erp_key || ':create' FROM claimed AS c
)
SELECT * FROM claimed;
