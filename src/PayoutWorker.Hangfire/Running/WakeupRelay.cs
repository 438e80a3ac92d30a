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
                await WakeDriveAsync(rung: true, stopping);
            else if (board.OtherRuns && client.Drive.MayLook)
                await WakeDriveAsync(rung: false, stopping);
        }
    }

    private async Task WakeDriveAsync(bool rung, CancellationToken stopping)
    {
        if (options.BatchSize is { } size && board.OtherRuns)
        {
            // A job for each batch that is due, as far as there are threads.
            var due = await DueAsync("count_due", new { most = size * options.DriveThreads }, 0L, stopping);
            for (var batches = (due + size - 1) / size; batches > 0 && client.Drive.Room > 0; batches--)
                Wake(client.Drive, client.WakeDrive, board.Net.Drive);
        }
        else if (rung || await DueAsync("is_anything_due", new { states = OpenStates }, false, stopping))
            Wake(client.Drive, client.WakeDrive, board.Net.Drive);
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
        else if (wakeup.Room > 0 && !queue())
            net.Ring();
    }

    private async Task<T?> DueAsync<T>(string statement, object parameters, T none, CancellationToken stopping)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(stopping);
            return await connection.ExecuteScalarAsync<T>(
                new CommandDefinition(Sql.Text(statement), parameters, cancellationToken: stopping)
            );
        }
        catch (OperationCanceledException)
        {
            return none;
        }
        catch (Exception e)
        {
            // The boundary of one look: without the database nothing can be driven either.
            logger.LookFailed(e);
            await Task.Delay(TimeSpan.FromSeconds(1), time, stopping)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return none;
        }
    }

    private Task PauseAsync(CancellationToken stopping) => PauseAsync(time, stopping);

    private static async Task PauseAsync(TimeProvider time, CancellationToken stopping) =>
        await Task.Delay(Moment, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
