-- One part of a list: those that the filter still names, at this very moment, and no more than were previewed. What has
-- come into its state since the preview was seen by nobody.
SELECT coalesce(max(l.id), 0) AS last, count(l.id) AS found, min(r.done) AS done, min(r.refused) AS refused
FROM (
    SELECT array_agg(p.id) AS ids
    FROM (
        SELECT w.id
        FROM payouts.work AS w
        JOIN payouts.outbox AS o ON o.id = w.id
        WHERE w.id > @after
          AND w.id <= @newest
          AND w.state_since <= @seen
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
        ORDER BY w.id
        LIMIT @part
    ) AS p
) AS a
CROSS JOIN LATERAL payouts.request_each(@action, coalesce(a.ids, '{}'), @reason) AS r
LEFT JOIN LATERAL unnest(a.ids) AS l (id) ON true;
