namespace PayoutWorker.IntegrationTests.Planted;

/// <summary>Naive choices of the failure catalogue, as somebody would write them in SQL.</summary>
internal static class SqlBugs
{
    public static IEnumerable<SqlBug> All =>
        [
            new("C3", "an order that no trigger takes in is lost")
            {
                Schema = "DROP TRIGGER take_in ON payouts.outbox",
            },
            new("C4", "a claim that never ends leaves the payout stuck")
            {
                Statement = ("claim_due", "due_at = now() + @lease::interval", "due_at = 'infinity'"),
            },
            new("C15", "a webhook is done with when it is taken, applied or not")
            {
                Statement = ("mark_webhooks", "CASE WHEN c.retry_in IS NULL THEN now() END", "now()"),
            },
            new("C16", "what waits for our confirm is not claimed")
            {
                Statement = ("claim_due", "AND w.state <> 'new'", "AND w.state NOT IN ('new', 'ready')"),
            },
            new("C18", "nothing keeps a second session from being armed")
            {
                Schema = "DROP INDEX payouts.one_armed_session_per_payout",
            },
            new("C21", "the result is not written with the state")
            {
                Statement = ("write_results", "WHERE o.id = r.id\n)", "WHERE o.id = r.id AND r.state IS NULL\n)"),
            },
            new("C25", "a release leaves the fence to whoever held the payout before")
            {
                Schema = SqlBug.InFunction("request_release", "fence = fence + 1", "fence = fence"),
            },
            new("N3", "the quarantine counts from the first send, not from the last")
            {
                Statement = ("write_intents", "last_sent_at = now(),", ""),
            },
            new("N11", "the stop of a project stops nothing")
            {
                Schema = SqlBug.InFunction("is_stopped", "s.scope = 'project' AND", "false AND"),
            },
            new("W1", "the same webhook is stored again")
            {
                Statement = ("insert_webhooks", "\n    ON CONFLICT DO NOTHING", ""),
                Schema = "ALTER TABLE payouts.webhook DROP CONSTRAINT webhook_body_is_unique",
            },
            new("W6", "an open payout is looked at once, then never again")
            {
                Statement = ("write_work", "coalesce(now() + c.due_in, w.due_at)", "w.due_at"),
            },
            new("W7", "nobody looks for money that comes back")
            {
                Statement = ("write_results", "WHERE r.watch_in IS NOT NULL", "WHERE false"),
            },
            new("O1", "claims without a result are not counted")
            {
                Statement = ("claim_due", "claims = w.claims + 1", "claims = w.claims"),
            },
        ];
}
