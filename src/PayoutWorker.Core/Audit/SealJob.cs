using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;
using PayoutWorker.Store;

namespace PayoutWorker.Audit;

/// <summary>
/// Seals what was committed, and says the root of each day that is over, so that a copy of it stands outside the
/// database. Whoever runs it, only one seals at a time.
/// </summary>
/// <param name="rest">How long history waits for more of its payout, so that most need one seal; it is sealed within twice
/// the time between two runs. Zero: nothing waits.</param>
internal sealed class SealJob(NpgsqlDataSource database, TimeSpan rest, TimeProvider time, ILogger<SealJob> logger)
{
    // Payouts a statement: half a minute's history in one would keep a core from the payouts for a second.
    private const int Most = 500;

    // The rest waits for the next run.
    private const int RoundsMax = 100;

    // Of the time, so that much is left to the payouts.
    private const int PauseFactor = 3;

    private DateOnly? _told;

    public async Task<string?> RunAsync(CancellationToken stopping)
    {
        await using var connection = await database.OpenConnectionAsync(stopping);
        long total = 0;
        for (var round = 0; round < RoundsMax; round++)
        {
            var began = time.GetTimestamp();
            var (events, more) = await connection.QuerySingleAsync<(long Events, bool More)>(
                new CommandDefinition(Sql.Text("seal_history"), new { most = Most, rest }, cancellationToken: stopping)
            );
            total += events;
            if (!more)
                break;
            await Task.Delay(PauseFactor * time.GetElapsedTime(began), time, stopping);
        }
        await TellRootsAsync(connection, stopping);
        return total == 0 ? null : $"{total} events sealed";
    }

    // Every worker tells every root, and the newest again at its start: a copy too many is none too many.
    private async Task TellRootsAsync(NpgsqlConnection connection, CancellationToken stopping)
    {
        var roots = await connection.QueryAsync<(DateOnly Day, string Root)>(
            new CommandDefinition(Sql.Text("read_roots"), new { known = _told }, cancellationToken: stopping)
        );
        foreach (var (day, root) in roots)
        {
            logger.AuditRoot(day, root);
            _told = day;
        }
    }
}
