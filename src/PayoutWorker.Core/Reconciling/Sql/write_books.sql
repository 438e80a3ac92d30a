-- What the lines turned out to be.
UPDATE payouts.statement_line AS l
SET kind = c.kind, payout_id = c.payout_id
FROM unnest(@keys::text[], @kinds::text[], @line_payouts::bigint[]) AS c (key, kind, payout_id)
WHERE l.account = @account AND l.day = @day AND l.key = c.key
  AND (l.kind, l.payout_id) IS DISTINCT FROM (c.kind, c.payout_id);

-- What differed and does not any more.
UPDATE payouts.difference AS d
SET state = 'explained', explained_by = session_user, explained_at = now(), by_itself = true,
    why = 'does not differ any more'
WHERE d.account = @account AND d.day = @day AND d.state = 'open'
  AND NOT EXISTS (
      SELECT FROM unnest(@difference_kinds::text[], @subjects::text[]) AS c (kind, subject)
      WHERE c.kind = d.kind AND c.subject = d.subject
  );

-- On other days: what has been found since.
UPDATE payouts.difference AS d
SET state = 'explained', explained_by = session_user, explained_at = now(), by_itself = true,
    why = CASE WHEN d.kind = 'not_there' THEN 'stands in another statement' ELSE 'is known here since' END
FROM payouts.outbox AS o
WHERE d.account = @account AND d.day <> @day AND d.state = 'open' AND o.id = d.payout_id
  AND CASE d.kind
      WHEN 'not_there' THEN EXISTS (
          SELECT FROM payouts.statement_line AS l
          WHERE l.payout_id = d.payout_id AND l.kind = 'payout' AND l.gone_at IS NULL
      )
      WHEN 'not_paid_here' THEN o.state IN ('paid', 'returned')
      WHEN 'unknown_not_there' THEN o.state <> 'held'
      WHEN 'return_not_here' THEN o.returned_amount >= d.there
      WHEN 'return_not_there' THEN o.returned_amount <= (
          SELECT sum(l.amount) FROM payouts.statement_line AS l
          WHERE l.payout_id = d.payout_id AND l.kind = 'return' AND l.gone_at IS NULL
      )
      ELSE false
  END;

UPDATE payouts.statement AS s
-- Whoever asked for it meanwhile is not forgotten.
SET due_at = CASE WHEN s.due_at <> @leased_until::timestamptz THEN s.due_at END,
    attempts = 0, closed = @closed, compared_at = now(), runs = s.runs + 1
WHERE s.account = @account AND s.day = @day;

-- What a person has explained stays explained; what went by itself and came back is open again. Returned: the news.
INSERT INTO payouts.difference AS d (account, day, kind, subject, payout_id, payment_id, there, here, text)
SELECT @account::text, @day::date, c.*
FROM unnest(
    @difference_kinds::text[], @subjects::text[], @difference_payouts::bigint[], @difference_payments::text[],
    @theres::bigint[], @heres::bigint[], @texts::text[]
) AS c (kind, subject, payout_id, payment_id, there, here, text)
ON CONFLICT (account, day, kind, subject) DO UPDATE
SET payout_id = excluded.payout_id, payment_id = excluded.payment_id, there = excluded.there, here = excluded.here,
    text = excluded.text, state = 'open', explained_by = NULL, explained_at = NULL, why = NULL, by_itself = false
WHERE d.by_itself
RETURNING d.kind;
