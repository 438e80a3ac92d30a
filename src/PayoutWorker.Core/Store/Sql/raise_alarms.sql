INSERT INTO payouts.alarm AS a (kind, subject, text, payout_id)
SELECT DISTINCT ON (c.kind, c.subject) c.kind, c.subject, c.text, c.payout_id
FROM unnest(@alarm_kinds::text[], @alarm_subjects::text[], @alarm_texts::text[], @alarm_payouts::bigint[])
    AS c (kind, subject, text, payout_id)
ORDER BY c.kind, c.subject
ON CONFLICT (kind, subject) WHERE acknowledged_at IS NULL DO UPDATE
SET times = a.times + 1, last_at = now(), text = excluded.text;
