-- Sealed numbers of payouts whose init may have reached the bank long ago: such a payout is never sent again, only asked
-- about. What is still to be sent keeps its number, however long it waits; so does a two-step card, whose dead session
-- may be replaced by a new one.
UPDATE payouts.outbox AS o
SET sealed_card = NULL
FROM (
    SELECT w.id
    FROM payouts.work AS w
    -- Here and not outside: what is erased already must not fill the thousand.
    JOIN payouts.outbox AS c ON c.id = w.id AND c.sealed_card IS NOT NULL
    WHERE w.method = 'card'
      AND w.flow = 'single_request'
      AND w.state <> 'new'
      AND w.held_from IS DISTINCT FROM 'new'
      AND EXISTS (
          SELECT FROM payouts.bank_call AS b
          WHERE b.payout_id = w.id AND b.session_n = w.session_n AND b.step = 'init'
              AND b.sends > 0 AND b.last_sent_at < now() - @age::interval
      )
    ORDER BY w.id
    LIMIT 1000
    FOR UPDATE OF w SKIP LOCKED
) AS w
WHERE o.id = w.id
RETURNING o.id;
