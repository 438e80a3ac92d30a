-- Sealed numbers of payouts whose init may have reached the bank long ago: such a payout is never sent again, only asked
-- about. What is still to be sent keeps its number, however long it waits; so does a two-step card, whose dead session
-- may be replaced by a new one.
UPDATE payouts.outbox AS o
SET sealed_card = NULL
FROM (
    SELECT w.id
    FROM payouts.work AS w
    WHERE w.method = 'card'
      AND w.flow = 'single_request'
      AND w.state <> 'new'
      AND w.held_from IS DISTINCT FROM 'new'
      AND EXISTS (
          SELECT FROM payouts.bank_call AS c
          WHERE c.payout_id = w.id AND c.session_n = w.session_n AND c.step = 'init'
              AND c.sends > 0 AND c.last_sent_at < now() - @age::interval
      )
    ORDER BY w.id
    LIMIT 1000
    FOR UPDATE SKIP LOCKED
) AS w
WHERE o.id = w.id AND o.sealed_card IS NOT NULL
RETURNING o.id;
