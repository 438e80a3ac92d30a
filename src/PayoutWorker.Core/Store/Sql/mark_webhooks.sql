UPDATE payouts.webhook AS w
SET type = c.type,
    session_id = c.session_id,
    payout_id = c.payout_id,
    outcome = c.outcome,
    applied_at = CASE WHEN c.retry_in IS NULL THEN now() END,
    due_at = CASE WHEN c.retry_in IS NULL THEN w.due_at ELSE now() + c.retry_in END
FROM unnest(
    @webhook_ids::bigint[], @types::text[], @session_ids::text[], @payout_ids::bigint[], @outcomes::text[],
    @retry_ins::interval[]
) AS c (id, type, session_id, payout_id, outcome, retry_in)
WHERE w.id = c.id;
