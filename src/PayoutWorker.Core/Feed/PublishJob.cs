using Dapper;
using Npgsql;
using PayoutWorker.Store;

namespace PayoutWorker.Feed;

/// <summary>
/// Numbers what was committed, for the ERP's feed <c>payouts.changes</c>. Whoever runs it, only one publishes at a time.
/// </summary>
internal sealed class PublishJob(NpgsqlDataSource database)
{
    // Few enough for one statement's time limit, also after days in which nobody published.
    private const int Most = 10_000;

    // The rest waits for the next run: a run never holds up a stop of the worker.
    private const int RoundsMax = 20;

    public async Task<string?> RunAsync(CancellationToken stopping)
    {
        await using var connection = await database.OpenConnectionAsync(stopping);
        long total = 0;
        for (var round = 0; round < RoundsMax; round++)
        {
            var published = await connection.ExecuteScalarAsync<long>(
                new CommandDefinition(Sql.Text("publish_changes"), new { most = Most }, cancellationToken: stopping)
            );
            total += published;
            if (published < Most)
                break;
        }
        return total == 0 ? null : $"{total} changes published";
    }
}
