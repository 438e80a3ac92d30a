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
internal sealed class SealJob(NpgsqlDataSource database, TimeSpan rest, ILogger<SealJob> logger)
{
    // Payouts: few enough for one statement's time limit, also after days in which nobody sealed.
    private const int Most = 5_000;

    // The rest waits for the next run: a run never holds up a stop of the worker.
    private const int RoundsMax = 30;

    private DateOnly? _told;

    public async Task<string?> RunAsync(CancellationToken stopping)
    {
        await using var connection = await database.OpenConnectionAsync(stopping);
        long total = 0;
        for (var round = 0; round < RoundsMax; round++)
        {
            var (events, more) = await connection.QuerySingleAsync<(long Events, bool More)>(
                new CommandDefinition(Sql.Text("seal_history"), new { most = Most, rest }, cancellationToken: stopping)
            );
            total += events;
            if (!more)
                break;
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
