using Dapper;
using Npgsql;
using PayoutWorker.Jobs;
using PayoutWorker.Restores;
using PayoutWorker.Store;

namespace PayoutWorker.Host.Run;

/// <summary>Tells operators that this worker runs: its row of payouts.node. No decision depends on it.</summary>
internal sealed class Heartbeat(
    NpgsqlDataSource database,
    WorkerIdentity identity,
    DatabaseMemory memory,
    SchedulerBoard board,
    TimeProvider time,
    ILogger<Heartbeat> logger
) : BackgroundService
{
    private const int BeatSeconds = 5;

    /// <summary>In which the heartbeat of another worker that runs is seen to move.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2 * BeatSeconds + 2);

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SignOffAtMost = TimeSpan.FromSeconds(2);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var limit = new CancellationTokenSource(SignOffAtMost, time);
        await RememberAsync(limit.Token);
        await TryAsync("drop_nodes", new { name = identity.Name }, limit.Token);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var beat = new
            {
                name = identity.Name,
                version = identity.Version,
                scheduler = board.Name,
            };
            await TryAsync("beat_node", beat, stoppingToken);
            for (var second = 0; second < BeatSeconds && !stoppingToken.IsCancellationRequested; second++)
            {
                await RememberAsync(stoppingToken);
                await Task.Delay(Second, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // The further the memory is, the smaller is the loss that it can miss.
    private async Task RememberAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await memory.CheckAsync(connection);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The boundary of one look: it is looked at again with each new connection and each beat.
            if (!cancellationToken.IsCancellationRequested)
                logger.HeartbeatFailed(e);
        }
    }

    private async Task TryAsync(string statement, object parameters, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await connection.ExecuteAsync(
                new CommandDefinition(Sql.Text(statement), parameters, cancellationToken: cancellationToken)
            );
        }
        catch (OperationCanceledException)
        {
            // The worker stops.
        }
        catch (Exception e)
        {
            // The boundary of one beat: the next one comes in seconds.
            logger.HeartbeatFailed(e);
        }
    }
}
