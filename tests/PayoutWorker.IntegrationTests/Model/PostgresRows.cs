namespace PayoutWorker.IntegrationTests.Model;

/// <summary>The rows of the tables in the words and the order of <see cref="ModelSide.RowsAsync"/>.</summary>
internal static class PostgresRows
{
    public const string All = """
        SELECT line
        FROM (
            SELECT w.id AS payout, 0 AS part, '' AS place, array_to_string(ARRAY[
                'work', w.id::text, w.state, test_clock.t(w.state_since), test_clock.t(w.due_at), w.fence::text,
                w.cancel::text, w.hold::text, w.held_from, w.held_kind, w.project, w.session_n::text, w.claims::text,
                w.polls::text, test_clock.t(w.heard_at)
            ], ' | ', '-') AS line
            FROM payouts.work AS w
            UNION ALL
            SELECT o.id, 1, '', array_to_string(ARRAY[
                'outbox', o.id::text, o.state, o.project, o.bank_session_id, o.bank_payout_id, o.error_code,
                o.error_text, o.reason, o.returned_amount::text, test_clock.t(o.finished_at),
                (o.sealed_card IS NOT NULL)::text
            ], ' | ', '-')
            FROM payouts.outbox AS o
            UNION ALL
            SELECT s.payout_id, 2, to_char(s.n, '0000'), array_to_string(ARRAY[
                'session', s.payout_id::text, s.n::text, s.session_id, s.state, s.confirm_information, s.echo
            ], ' | ', '-')
            FROM payouts.bank_session AS s
            UNION ALL
            SELECT c.payout_id, 3, to_char(c.session_n, '0000') || c.step, array_to_string(ARRAY[
                'call', c.payout_id::text, c.session_n::text, c.step, c.idempotency_key, c.sends::text,
                test_clock.t(c.last_sent_at), c.outcome, c.bank_code, c.bank_text, encode(c.body_hash, 'hex'),
                c.intended_by
            ], ' | ', '-')
            FROM payouts.bank_call AS c
            UNION ALL
            SELECT e.payout_id, 4, to_char(e.id, '00000000'), array_to_string(ARRAY[
                'event', e.payout_id::text, CASE WHEN e.who LIKE 'w_' THEN e.who ELSE 'operator' END, e.from_state,
                e.to_state, split_part(e.why, ':', 1), e.evidence
            ], ' | ', '-')
            FROM payouts.event AS e
            UNION ALL
            SELECT r.payout_id, 5, '', array_to_string(ARRAY[
                'return_watch', r.payout_id::text, r.asked::text, test_clock.t(r.next_at), test_clock.t(r.paid_at)
            ], ' | ', '-')
            FROM payouts.return_watch AS r
            UNION ALL
            SELECT 1000, 6, '', 'webhooks | ' || count(*) FROM payouts.webhook
            UNION ALL
            SELECT 1000, 7, to_char(h.id, '00000000'), array_to_string(ARRAY[
                'webhook', h.id::text, test_clock.t(h.due_at), h.session_id
            ], ' | ', '-')
            FROM payouts.webhook AS h
            WHERE h.applied_at IS NULL
            UNION ALL
            SELECT 1000, 8, '', 'switch | ' || s.scope || ' | ' || s.value
            FROM payouts.switch AS s
            WHERE s.resumed_at IS NULL
        ) AS lines
        ORDER BY payout, part, place, line COLLATE "C"
        """;
}
