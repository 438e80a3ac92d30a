INSERT INTO payouts.bank_register AS r (project, day, file_name, sha256)
VALUES (@project, @day, @file_name, @sha256)
ON CONFLICT (project, day) DO UPDATE
SET file_name = excluded.file_name, sha256 = excluded.sha256, read_by = session_user, read_at = now();

DELETE FROM payouts.bank_register_line AS l WHERE l.project = @project AND l.day = @day;

INSERT INTO payouts.bank_register_line
    (project, day, key, operation_id, session_id, kind, amount, fee, currency, payout_id)
SELECT @project::text, @day::date, c.*
FROM unnest(
    @keys::text[], @operations::text[], @sessions::text[], @kinds::text[], @amounts::bigint[], @fees::bigint[],
    @currencies::text[], @line_payouts::bigint[]
) AS c (key, operation_id, session_id, kind, amount, fee, currency, payout_id);

-- What was missing from the registers of other days and stands in this one.
UPDATE payouts.difference AS d
SET state = 'explained', explained_by = session_user, explained_at = now(), by_itself = true,
    why = 'stands in another register'
WHERE d.account = @name AND d.day <> @day AND d.state = 'open' AND d.kind = 'not_there'
  AND d.payout_id = ANY (@line_payouts::bigint[]);
