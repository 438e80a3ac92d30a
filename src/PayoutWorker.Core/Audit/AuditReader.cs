using System.Data;
using Dapper;
using Npgsql;
using PayoutWorker.Store;

namespace PayoutWorker.Audit;

/// <summary>Reads what the audit compares, all of it as of one moment.</summary>
internal sealed class AuditReader : IAsyncDisposable
{
    // An audit walks through years: the bound of a worker's statement is for what payouts wait for.
    private const int SecondsMax = 600;

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private AuditReader(NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (_connection, _transaction) = (connection, transaction);

    public static async Task<AuditReader> OpenAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        const string Bounds =
            "SET LOCAL statement_timeout = '10min'; SET LOCAL idle_in_transaction_session_timeout = 0";
        await connection.ExecuteAsync(new CommandDefinition(Bounds, null, transaction));
        return new AuditReader(connection, transaction);
    }

    public async Task<AuditSpan> SpanAsync(DateOnly? from, DateOnly? to, CancellationToken cancellationToken) =>
        (
            await ReadAsync<AuditSpan>("read_audit_span", new { from_day = from, to_day = to }, cancellationToken)
        ).Single();

    public Task<IReadOnlyList<RunRow>> RunsAsync(long first, long last, CancellationToken cancellationToken) =>
        ReadAsync<RunRow>("read_audit_runs", new { first, last }, cancellationToken);

    public Task<IReadOnlyList<RootRow>> RootsAsync(CancellationToken cancellationToken) =>
        ReadAsync<RootRow>("read_audit_roots", new { }, cancellationToken);

    /// <summary>The next ids of payouts above that one, in order.</summary>
    public Task<IReadOnlyList<long>> PayoutsAsync(long after, int most, CancellationToken cancellationToken) =>
        ReadAsync<long>("read_audit_payouts", new { after, most }, cancellationToken);

    public Task<IReadOnlyList<SealRow>> SealsAsync(long[] ids, CancellationToken cancellationToken) =>
        ReadAsync<SealRow>("read_audit_seals", new { ids }, cancellationToken);

    public Task<IReadOnlyList<ItemRow>> ItemsAsync(long[] ids, CancellationToken cancellationToken) =>
        ReadAsync<ItemRow>("read_audit_items", new { ids }, cancellationToken);

    public async Task<IReadOnlyList<T>> ReadAsync<T>(
        string statement,
        object parameters,
        CancellationToken cancellationToken
    ) =>
        [
            .. await _connection.QueryAsync<T>(
                new CommandDefinition(
                    Sql.Text(statement),
                    parameters,
                    _transaction,
                    SecondsMax,
                    cancellationToken: cancellationToken
                )
            ),
        ];

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
