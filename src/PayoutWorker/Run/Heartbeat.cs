using Dapper;
using Npgsql;
using PayoutWorker.Store;

namespace PayoutWorker.Host.Run;

/// <summary>Tells operators that this worker runs: its row of payouts.node. No decision depends on it.</summary>
internal sealed class Heartbeat(
    NpgsqlDataSource database,
    WorkerIdentity identity,
    TimeProvider time,
    ILogger<Heartbeat> logger
) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SignOffAtMost = TimeSpan.FromSeconds(2);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var limit = new CancellationTokenSource(SignOffAtMost, time);
        await TryAsync("drop_nodes", new { name = identity.Name }, limit.Token);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var beat = new
        {
            name = identity.Name,
            version = identity.Version,
            scheduler = identity.Scheduler,
        };
        while (!stoppingToken.IsCancellationRequested)
        {
            await TryAsync("beat_node", beat, stoppingToken);
            await Task.Delay(Every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
