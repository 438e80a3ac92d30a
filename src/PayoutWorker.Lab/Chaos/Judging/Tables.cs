using Dapper;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.Lab.Chaos.Judging;

/// <summary>Everything that our tables say at the end.</summary>
internal sealed class Tables
{
    private const string Rows = """
        SELECT o.id, o.erp_key AS key, coalesce(w.state, o.state) AS state, o.state AS shown, w.held_kind AS HeldKind,
               o.reason, o.returned_amount AS ReturnedAmount
        FROM payouts.outbox AS o LEFT JOIN payouts.work AS w ON w.id = o.id
        """;

    private const string Events = """
        SELECT payout_id AS PayoutId, who, from_state AS FromState, to_state AS ToState, why, evidence, at
        FROM payouts.event ORDER BY payout_id, id
        """;

    private const string Calls = """
        SELECT c.payout_id AS PayoutId, c.session_n::int AS SessionN, c.step, c.sends::int, c.outcome,
               c.bank_code AS BankCode, c.intended_at AS IntendedAt, s.session_id AS SessionId,
               s.state AS SessionState
        FROM payouts.bank_call AS c
        LEFT JOIN payouts.bank_session AS s ON s.payout_id = c.payout_id AND s.n = c.session_n
        ORDER BY c.payout_id, c.session_n, c.intended_at
        """;

    private const string Stops = """
        SELECT stopped_by || ' stopped ' || scope || ' ' || value || ': ' || reason FROM payouts.switch
        WHERE reason <> 'chaos'
        UNION ALL
        SELECT found_by || ' found that the database went back: ' || reason FROM payouts.gap
        """;

    public required IReadOnlyDictionary<string, TableRow> ByKey { get; init; }
    public required ILookup<long, TableEvent> EventsOf { get; init; }
    public required ILookup<long, TableCall> CallsOf { get; init; }

    /// <summary>Stops and gaps that workers opened: for what bank and database must never do, and did not here.</summary>
    public required IReadOnlyList<string> WorkersStops { get; init; }

    public static async Task<Tables> ReadAsync(Town town, CancellationToken cancellationToken)
    {
        await using var connection = await town.Admin.OpenConnectionAsync(cancellationToken);
        Task<IEnumerable<T>> Read<T>(string sql) =>
            connection.QueryAsync<T>(new CommandDefinition(sql, cancellationToken: cancellationToken));
        var rows = await Read<TableRow>(Rows);
        var events = await Read<TableEvent>(Events);
        var calls = await Read<TableCall>(Calls);
        return new Tables
        {
            ByKey = rows.ToDictionary(row => row.Key),
            EventsOf = events.ToLookup(one => one.PayoutId),
            CallsOf = calls.ToLookup(call => call.PayoutId),
            WorkersStops = [.. await Read<string>(Stops)],
        };
    }

    /// <summary>Payouts that are neither final nor held.</summary>
    public static async Task<long> MovingAsync(Town town, CancellationToken cancellationToken)
    {
        await using var connection = await town.Admin.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long>(
            new CommandDefinition(
                "SELECT count(*) FROM payouts.work WHERE state <> 'held'",
                cancellationToken: cancellationToken
            )
        );
    }

    /// <summary>All that is known about one payout, for a person who asks why.</summary>
    public IEnumerable<string> HistoryOf(string key)
    {
        if (!ByKey.TryGetValue(key, out var row))
            return [];
        return
        [
            $"{key} (payout {row.Id}) is {row.State} {row.HeldKind}, the ERP reads {row.Shown ?? "open"}: {row.Reason}",
            .. EventsOf[row.Id]
                .Select(e =>
                    $"  {e.At:HH:mm:ss.fff} {e.Who}: {e.FromState} to {e.ToState}: {e.Why}"
                    + (e.Evidence is null ? "" : $" ({e.Evidence})")
                ),
            .. CallsOf[row.Id]
                .Select(c =>
                    $"  {c.IntendedAt:HH:mm:ss.fff} {c.Step} {c.SessionN}, sent {c.Sends}: {c.Outcome ?? "no answer"} "
                    + $"{c.BankCode} in {c.SessionId ?? "an unknown session"}, {c.SessionState}"
                ),
        ];
    }
}
