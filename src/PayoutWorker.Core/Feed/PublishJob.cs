using Dapper;
using Npgsql;
using PayoutWorker.Store;

namespace PayoutWorker.Feed;

/// <summary>
/// Publishes what was committed, for the ERP's feed <c>payouts.changes</c>. Whoever runs it, only one publishes at a time.
/// </summary>
internal sealed class PublishJob(NpgsqlDataSource database)
{
    public async Task<string?> RunAsync(CancellationToken stopping)
    {
        await using var connection = await database.OpenConnectionAsync(stopping);
        var published = await connection.ExecuteScalarAsync<long>(
            new CommandDefinition(Sql.Text("publish_changes"), cancellationToken: stopping)
        );
        return published == 0 ? null : $"{published} changes published";
    }
}
