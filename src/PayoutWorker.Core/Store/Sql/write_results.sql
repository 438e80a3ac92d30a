-- What the ERP reads, and one notification a set for whoever listens there. A final state erases the sealed card, which
-- nothing needs any more, and ends the row of work. What was paid to an account is asked about again, since money may
-- come back.
WITH told AS (
    UPDATE payouts.outbox AS o
    SET state = r.state,
        project = coalesce(o.project, r.project),
        bank_session_id = coalesce(r.session_id, o.bank_session_id),
        bank_payout_id = coalesce(r.payout_id, o.bank_payout_id),
        error_code = r.error_code,
        error_text = r.error_text,
        reason = r.reason,
        returned_amount = r.returned_amount,
        -- What is final and stays so, as when a part comes back, keeps its day.
        finished_at = CASE
            WHEN r.state IS NULL OR r.state = 'held' THEN NULL
            WHEN r.state = o.state THEN o.finished_at
            ELSE now()
        END,
        sealed_card = CASE WHEN r.state IS NULL OR r.state = 'held' THEN o.sealed_card END
    FROM unnest(
        @result_ids::bigint[], @result_states::text[], @result_projects::text[], @result_sessions::text[],
        @result_payouts::text[], @result_codes::text[], @result_texts::text[], @result_reasons::text[],
        @result_returned::bigint[]
    ) AS r (id, state, project, session_id, payout_id, error_code, error_text, reason, returned_amount)
    WHERE o.id = r.id
),
done AS (
    DELETE FROM payouts.work AS w WHERE w.id = ANY (@done_ids::bigint[])
),
watched AS (
    INSERT INTO payouts.return_watch (payout_id, next_at)
    SELECT r.id, now() + r.watch_in
    FROM unnest(@result_ids::bigint[], @watch_ins::interval[]) AS r (id, watch_in)
    WHERE r.watch_in IS NOT NULL
    ON CONFLICT DO NOTHING
)
SELECT pg_notify('payouts_changed', '')::text;
