using Hangfire.PostgreSql;
using Npgsql;

namespace PayoutWorker.HangfireScheduling.Storage;

/// <summary>Hangfire's connections, from a pool of its own: it cannot take those that payouts are written with.</summary>
internal sealed class HangfireDatabase(NpgsqlDataSource source) : IConnectionFactory, IAsyncDisposable
{
    public NpgsqlDataSource Source => source;

    public NpgsqlConnection GetOrCreateConnection() => source.CreateConnection();

    /// <summary>Null when Hangfire's tables can be used; else what is wrong, in a few words.</summary>
    public async Task<string?> ProblemAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var command = source.CreateCommand("SELECT max(version) FROM hangfire.schema");
            var found = await command.ExecuteScalarAsync(cancellationToken) as int?;
            return found == HangfireSchema.Version
                ? null
                : $"Hangfire's tables have version {found}, expected {HangfireSchema.Version}: run 'migrate'";
        }
        catch (PostgresException e)
            when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return "Hangfire's tables are missing: run 'migrate'";
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InsufficientPrivilege)
        {
            return "Hangfire's tables may not be used by this role: run 'migrate'";
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever it was: the built-in scheduler works without. The kind only, since messages may hold addresses.
            return $"Hangfire's tables cannot be reached ({e.GetType().Name})";
        }
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
