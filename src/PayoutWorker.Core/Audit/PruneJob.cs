using Dapper;
using Npgsql;
using PayoutWorker.Store;

namespace PayoutWorker.Audit;

/// <summary>
/// Erases what is past its time, a few payouts in each transaction. What may go the database decides; twice at once is
/// harmless.
/// </summary>
internal sealed class PruneJob(NpgsqlDataSource database, Retention retention)
{
    // Few enough not to hold the sealer up for long.
    private const int Most = 200;

    // About the payouts of a busy hour; the rest waits for the next run.
    private const int RoundsMax = 200;

    public async Task<string?> RunAsync(CancellationToken stopping)
    {
        List<string> done = [];
        foreach (var (what, months) in retention.Limited)
        {
            var pruned = await PruneAsync(what, months, stopping);
            if (pruned > 0)
                done.Add($"{what} of {pruned} payouts");
        }
        return done.Count == 0 ? null : $"erased: {string.Join(", ", done)}";
    }

    private async Task<long> PruneAsync(string what, int months, CancellationToken stopping)
    {
        long total = 0;
        for (var round = 0; round < RoundsMax && !stopping.IsCancellationRequested; round++)
        {
            await using var connection = await database.OpenConnectionAsync(stopping);
            var (pruned, more) = await connection.QuerySingleAsync<(long Pruned, bool More)>(
                new CommandDefinition(
                    Sql.Text("prune"),
                    new
                    {
                        kind = what,
                        months,
                        most = Most,
                    },
                    cancellationToken: stopping
                )
            );
            total += pruned;
            if (!more)
                break;
        }
        return total;
    }
}
