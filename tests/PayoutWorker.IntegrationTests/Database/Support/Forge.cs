using Dapper;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Database.Support;

/// <summary>Puts payouts into states by plain SQL, past the triggers, without the code that is under test.</summary>
internal static class Forge
{
    private const string Open = """
        SET LOCAL session_replication_role = replica;
        UPDATE payouts.work
        SET state = @state, held_from = @heldFrom, held_kind = @heldKind, project = 'main', session_n = @n,
            due_at = now() - interval '1 second', state_since = now() - interval '1 minute'
        WHERE id = @id;
        UPDATE payouts.outbox SET state = CASE @state WHEN 'held' THEN 'held' END WHERE id = @id;
        """;

    private const string Final = """
        SET LOCAL session_replication_role = replica;
        DELETE FROM payouts.work WHERE id = @id;
        UPDATE payouts.outbox SET state = @state, finished_at = now(), sealed_card = NULL WHERE id = @id;
        """;

    private const string Session = """
        INSERT INTO payouts.bank_session (payout_id, n, session_id, state)
        VALUES (@id, 1, @sessionId, @sessionState);
        """;

    private const string Call = """
        INSERT INTO payouts.bank_call (payout_id, session_n, step, idempotency_key, intended_by)
        SELECT @id, 1, @step, payouts.bank_ref(erp_key) || ':' || @step || ':1', 'somebody'
        FROM payouts.outbox WHERE id = @id;
        """;

    public static string SessionId(long id) => $"ps_{id}";

    /// <summary>Inserts an order and puts it, due, into that state, with the session and call that belong there.</summary>
    public static async Task<long> PayoutAsync(
        this TestDatabase database,
        PayoutState state,
        PayoutState? heldFrom = null,
        string heldKind = "outcome_unknown",
        OrderRow? order = null
    )
    {
        var id = await database.InsertAsync(order ?? new OrderRow($"P-{Guid.NewGuid():N}"));
        await database.MoveAsync(id, state, heldFrom, heldKind);
        return id;
    }

    /// <summary>As <see cref="PayoutAsync"/>, for an order that is inserted already.</summary>
    public static async Task MoveAsync(
        this TestDatabase database,
        long id,
        PayoutState state,
        PayoutState? heldFrom = null,
        string heldKind = "outcome_unknown"
    )
    {
        var at = state == PayoutState.Held ? heldFrom ?? PayoutState.Started : state;
        var hasSession = at is not (PayoutState.New or PayoutState.Rejected);
        var knowsId = hasSession && at is not (PayoutState.Creating or PayoutState.Initiating);
        List<string> sql = [state.IsFinal() ? Final : Open];
        if (hasSession)
            sql.Add(Session);
        if (Step(at) is not null)
            sql.Add(Call);
        await using var connection = await database.Admin.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(
            string.Join('\n', sql),
            new
            {
                id,
                state = state.Text(),
                heldFrom = state == PayoutState.Held ? at.Text() : null,
                heldKind = state == PayoutState.Held ? heldKind : null,
                n = hasSession ? 1 : 0,
                sessionId = knowsId ? SessionId(id) : null,
                sessionState = Use(at),
                step = Step(at),
            },
            transaction
        );
        await transaction.CommitAsync();
    }

    private static string Use(PayoutState state) =>
        state switch
        {
            PayoutState.Creating or PayoutState.Created => "empty",
            PayoutState.Failed or PayoutState.Cancelled => "dead",
            _ => "armed",
        };

    private static string? Step(PayoutState state) =>
        state switch
        {
            PayoutState.Creating => "create",
            PayoutState.Starting => "start",
            PayoutState.Initiating => "init",
            PayoutState.Confirming or PayoutState.Confirmed => "confirm",
            PayoutState.Cancelling => "cancel",
            _ => null,
        };
}
