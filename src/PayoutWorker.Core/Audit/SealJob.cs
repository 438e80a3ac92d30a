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
    private const int Few = 500;

    // Where most of a statement's time goes into finding them, as after days in which nobody sealed; still few enough for
    // its time limit.
    private const int Many = 5_000;

    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(300);

    // Events that a pass takes on, at about.
    private const int PassEvents = 100_000;

    // What is left waits for the next run.
    private const int RoundsMax = 100;

    private DateOnly? _told;

    public async Task<string?> RunAsync(CancellationToken stopping)
    {
        await using var connection = await database.OpenConnectionAsync(stopping);
        var (total, most) = (0L, Few);
        for (var round = 0; round < RoundsMax; round++)
        {
            var began = time.GetTimestamp();
            var (events, more) = await connection.QuerySingleAsync<(long Events, bool More)>(
                new CommandDefinition(
                    Sql.Text("seal_history"),
                    new
                    {
                        most,
                        pass_events = PassEvents,
                        rest,
                    },
                    cancellationToken: stopping
                )
            );
            total += events;
            if (!more)
                break;
            var took = time.GetElapsedTime(began);
            if (took > Long)
                most = Many;
            // Three quarters of a core's time are left to the payouts.
            await Task.Delay(took < Long / 3 ? 3 * took : Long, time, stopping);
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
