-- What became of payouts that went wrong, for the page of their job: words and codes, no names and no accounts.
SELECT
    s.payout_id AS id,
    s.state || ': ' || s.in_words
        || coalesce(', ' || CASE WHEN strpos(s.in_words, e.why) = 0 THEN e.why END, '')
        || coalesce(', ' || nullif(s.reason, ''), '')
        || coalesce(', the bank says ' || coalesce(s.error_code, c.bank_code), '') AS words
FROM payouts.status AS s
LEFT JOIN LATERAL (
    SELECT v.why FROM payouts.event AS v WHERE v.payout_id = s.payout_id ORDER BY v.id DESC LIMIT 1
) AS e ON true
LEFT JOIN LATERAL (
    SELECT b.bank_code FROM payouts.bank_call AS b
    WHERE b.payout_id = s.payout_id AND b.answered_at IS NOT NULL
    ORDER BY b.answered_at DESC
    LIMIT 1
) AS c ON true
WHERE s.payout_id = ANY (@ids::bigint[])
ORDER BY s.payout_id;
