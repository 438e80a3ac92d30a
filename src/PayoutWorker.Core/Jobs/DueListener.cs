using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace PayoutWorker.Jobs;

/// <summary>
/// Rings the bells when PostgreSQL notifies: an insert is picked up at once. Only ever a hint; polling is the net, so
/// a lost connection costs a second, not a payout.
/// </summary>
internal sealed class DueListener(
    NpgsqlDataSource database,
    Wakeups wakeups,
    TimeProvider time,
    ILogger<DueListener> logger
) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (Exception e)
                when (e is NpgsqlException or IOException or TimeoutException or InvalidOperationException)
            {
                logger.ListenInterrupted(e);
                await Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task ListenAsync(CancellationToken stopping)
    {
        await using var connection = await database.OpenConnectionAsync(stopping);
        connection.Notification += (_, notification) =>
            (notification.Channel == "payouts_inbox" ? wakeups.Inbox : wakeups.Drive).Ring();
        await using (var command = new NpgsqlCommand("LISTEN payouts_due; LISTEN payouts_inbox", connection))
            await command.ExecuteNonQueryAsync(stopping);
        // What came while nobody listened.
        wakeups.Drive.Ring();
        wakeups.Inbox.Ring();
        while (!stopping.IsCancellationRequested)
            await connection.WaitAsync(stopping);
    }
}
