using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using PayoutWorker.Driving;
using PayoutWorker.HangfireScheduling.Jobs;
using PayoutWorker.Jobs;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.HangfireScheduling.Running;

/// <summary>
/// Turns bells into jobs: what PostgreSQL notifies, what a webhook makes due, and what became due by time. While
/// Hangfire cannot be used the bells go on to the built-in scheduler.
/// </summary>
internal sealed class WakeupRelay(
    Wakeups wakeups,
    SchedulerBoard board,
    JobClient client,
    RunningJobs running,
    DriveJob drive,
    HangfireOptions options,
    NpgsqlDataSource database,
    TimeProvider time,
    ILogger<WakeupRelay> logger
) : BackgroundService
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(25);

    private static readonly string[] OpenStates =
    [
        .. Enum.GetValues<PayoutState>().Where(state => !state.IsFinal()).Select(state => state.Text()),
    ];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        // Apart, since queueing blocks its thread.
        Task.WhenAll(
            Task.Run(() => DriveAsync(stoppingToken), CancellationToken.None),
            Task.Run(() => InboxAsync(stoppingToken), CancellationToken.None)
        );

    private async Task DriveAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            // A run under way hears the bell itself, which costs nothing.
            if (drive.IsClaiming)
                await PauseAsync(stopping);
            else if (await wakeups.Drive.WaitAsync(options.LookEvery, time, stopping))
                Wake(client.Drive, client.WakeDrive, board.Net.Drive);
            else if (board.OtherRuns && client.Drive.MayLook && await IsAnythingDueAsync(stopping))
                Wake(client.Drive, client.WakeDrive, board.Net.Drive);
        }
    }

    private async Task InboxAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
            if (running.HearsInbox)
                await PauseAsync(stopping);
            else if (await wakeups.Inbox.WaitAsync(options.LookEvery, time, stopping))
                Wake(client.Inbox, client.WakeInbox, board.Net.Inbox);
    }

    private void Wake(QueuedWakeup wakeup, Func<bool> queue, Signal net)
    {
        if (!board.OtherRuns)
            net.Ring();
        else if (!wakeup.IsQueued && !queue())
            net.Ring();
    }

    private async Task<bool> IsAnythingDueAsync(CancellationToken stopping)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(stopping);
            return await connection.ExecuteScalarAsync<bool>(
                new CommandDefinition(
                    Sql.Text("is_anything_due"),
                    new { states = OpenStates },
                    cancellationToken: stopping
                )
            );
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (Exception e)
        {
            // The boundary of one look: without the database nothing can be driven either.
            logger.LookFailed(e);
            await Task.Delay(TimeSpan.FromSeconds(1), time, stopping)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return false;
        }
    }

    private Task PauseAsync(CancellationToken stopping) => PauseAsync(time, stopping);

    private static async Task PauseAsync(TimeProvider time, CancellationToken stopping) =>
        await Task.Delay(Moment, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
