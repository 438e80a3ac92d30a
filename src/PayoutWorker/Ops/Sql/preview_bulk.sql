-- How many open payouts a list holds now, by currency, and their sum; one more than may be done at once is enough to know.
SELECT l.currency, count(*) AS payouts, sum(l.amount)::bigint AS minor, max(l.id) AS newest, now() AS seen_at
FROM (
    SELECT o.id, o.currency, o.amount
    FROM payouts.work AS w
    JOIN payouts.outbox AS o ON o.id = w.id
    WHERE (@state = 'open' OR w.state = @state)
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
    LIMIT @most + 1
) AS l
GROUP BY l.currency
ORDER BY l.currency;
