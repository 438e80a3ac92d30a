-- What the bank said, before anything is made of it.
UPDATE payouts.statement AS s
SET opening = @opening, closing = @closing, debit = @debit, credit = @credit, adds_up = @adds_up, problem = NULL
WHERE s.account = @account AND s.day = @day;

INSERT INTO payouts.statement_line AS l
    (account, day, key, payment_id, side, amount, currency, booked_on, other_account, card_last4, purpose, reference)
SELECT @account::text, @day::date, c.*
FROM unnest(
    @keys::text[], @payment_ids::text[], @sides::text[], @amounts::bigint[], @currencies::text[], @booked_ons::date[],
    @other_accounts::text[], @card_last4s::text[], @purposes::text[], @line_refs::text[]
) AS c (key, payment_id, side, amount, currency, booked_on, other_account, card_last4, purpose, reference)
ON CONFLICT DO NOTHING;

UPDATE payouts.statement_line AS l
SET gone_at = CASE WHEN l.key = ANY (@keys::text[]) THEN NULL ELSE now() END
WHERE l.account = @account AND l.day = @day AND (l.gone_at IS NULL) <> (l.key = ANY (@keys::text[]));
