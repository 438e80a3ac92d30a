-- All payouts, newest first. What has an index is looked up inside; the rest is looked for among so many rows at a time,
-- so that no question walks through the whole history. The page offers to go on where this stopped.
WITH scanned AS MATERIALIZED (
    SELECT
        o.id, o.erp_key, o.state, o.amount, o.currency, o.method, o.sender_account, o.recipient_name, o.recipient_account,
        o.card_last4, o.created_at, o.finished_at, o.reason, o.register_id
    FROM payouts.outbox AS o
    WHERE o.id < @before
      -- An INSERT that ran for long bears an earlier time than its neighbours: an hour more is looked at. Each in a
      -- SELECT, so that it is found once and not for each row.
      AND (
          @since::timestamptz IS NULL
          OR o.id >= (SELECT payouts.first_id_since(@since::timestamptz - interval '1 hour'))
      )
      AND (
          @until::timestamptz IS NULL
          OR o.id < (SELECT payouts.first_id_since(@until::timestamptz + interval '1 hour'))
      )
      AND (@register::text IS NULL OR o.register_id = @register)
      AND (@account::text IS NULL OR o.recipient_account = @account)
      AND (@rare_state::text IS NULL OR (o.state = @rare_state AND o.state <> 'paid'))
    ORDER BY o.id DESC
    LIMIT @scan
),
edge AS (
    SELECT min(s.id) AS scanned, count(*)::int AS rows_scanned FROM scanned AS s
),
found AS (
    SELECT s.*
    FROM scanned AS s
    WHERE (@state::text IS NULL OR s.state = @state)
      AND (@method::text IS NULL OR s.method = @method)
      AND (@sender::text IS NULL OR s.sender_account = @sender)
      AND (@payee::text IS NULL OR s.recipient_name ILIKE @payee)
      AND (@last4::text IS NULL OR s.card_last4 = @last4)
      AND (@amount_from::bigint IS NULL OR s.amount >= @amount_from)
      AND (@amount_to::bigint IS NULL OR s.amount <= @amount_to)
      AND (@since::timestamptz IS NULL OR s.created_at >= @since)
      AND (@until::timestamptz IS NULL OR s.created_at < @until)
    ORDER BY s.id DESC
    LIMIT 51
)
SELECT
    f.id, f.erp_key, coalesce(w.state, f.state) AS state, w.held_kind AS kind, f.amount, f.currency, f.method,
    f.recipient_name, f.recipient_account, f.card_last4, f.created_at, coalesce(w.state_since, f.finished_at) AS since,
    f.reason, f.register_id, e.scanned, e.rows_scanned
FROM edge AS e
LEFT JOIN found AS f ON true
LEFT JOIN payouts.work AS w ON w.id = f.id
ORDER BY f.id DESC;
