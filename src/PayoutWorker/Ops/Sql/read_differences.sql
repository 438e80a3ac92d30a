-- The oldest first: they wait longest. One more than a page shows, to know whether there are more.
SELECT
    d.id, d.day, d.account, d.kind, d.text, d.erp_key, d.payout_id, d.payout_state, d.payment_id, d.amount_there,
    d.amount_here, d.state, d.owner, d.found_at, d.explained_by, d.explained_at, d.why,
    coalesce(o.currency, 'RUB') AS currency
FROM payouts.differences AS d
LEFT JOIN payouts.outbox AS o ON o.id = d.payout_id
WHERE d.id > @after
  AND d.state = @state
  AND (@kind::text IS NULL OR d.kind = @kind)
  AND (@account::text IS NULL OR d.account = @account)
  AND (@owner::text IS NULL OR d.owner = @owner)
  AND (NOT @nobodys::boolean OR d.owner IS NULL)
ORDER BY d.id
LIMIT 101;

SELECT d.kind, count(*) AS differences, min(d.found_at) AS oldest, count(*) FILTER (WHERE d.owner IS NULL) AS nobodys
FROM payouts.difference AS d
WHERE d.state = 'open'
GROUP BY d.kind
ORDER BY d.kind;
