-- Open payouts, newest first.
SELECT
    o.id, o.erp_key, w.state, w.held_kind AS kind, o.amount, o.currency, o.method, o.recipient_name, o.recipient_account,
    o.card_last4, o.created_at, w.state_since AS since, o.reason, o.register_id, o.id AS scanned, 0 AS rows_scanned
FROM payouts.work AS w
JOIN payouts.outbox AS o ON o.id = w.id
WHERE w.id < @before
  AND (@state = 'open' OR w.state = @state)
  AND (@kind::text IS NULL OR w.held_kind = @kind)
  AND (@method::text IS NULL OR w.method = @method)
  AND (@sender::text IS NULL OR w.sender_account = @sender)
  AND (@register::text IS NULL OR o.register_id = @register)
  AND (@account::text IS NULL OR o.recipient_account = @account)
  AND (@payee::text IS NULL OR o.recipient_name ILIKE @payee)
  AND (@last4::text IS NULL OR o.card_last4 = @last4)
  AND (@amount_from::bigint IS NULL OR o.amount >= @amount_from)
  AND (@amount_to::bigint IS NULL OR o.amount <= @amount_to)
  AND (@since::timestamptz IS NULL OR o.created_at >= @since)
  AND (@until::timestamptz IS NULL OR o.created_at < @until)
ORDER BY w.id DESC
LIMIT 51;
