using Hangfire;
using PayoutWorker.HangfireScheduling.Jobs;

namespace PayoutWorker.HangfireScheduling.Running;

/// <summary>
/// The net of Hangfire itself, and what nobody wakes. When something is due exactly is said by the payouts' rows.
/// </summary>
internal static class RecurringJobs
{
    private const string EachMinute = "* * * * *";

    public static void Add(IRecurringJobManagerV2 manager, HangfireOptions options)
    {
        // A run that was missed is no loss: the next one sees all that is due.
        var ignorable = new RecurringJobOptions { MisfireHandling = MisfireHandlingMode.Ignorable };
        manager.AddOrUpdate("drive", JobQueues.Drive, JobClient.DriveOf(options), EachMinute, ignorable);
        manager.AddOrUpdate<IPayoutJobs>(
            "stuck",
            JobQueues.Notes,
            jobs => jobs.AskStuckAsync(CancellationToken.None),
            EachMinute,
            ignorable
        );
        manager.AddOrUpdate<IPayoutJobs>(
            "watch",
            JobQueues.Notes,
            jobs => jobs.WatchAsync(CancellationToken.None),
            EachMinute,
            ignorable
        );
        manager.AddOrUpdate<IPayoutJobs>(
            "prune",
            JobQueues.Notes,
            jobs => jobs.PruneAsync(CancellationToken.None),
            EachMinute,
            ignorable
        );
        manager.AddOrUpdate<IPayoutJobs>(
            "inbox",
            JobQueues.Drive,
            jobs => jobs.ApplyInboxAsync(CancellationToken.None),
            EachMinute,
            ignorable
        );
        manager.AddOrUpdate<IPayoutJobs>(
            "returns",
            JobQueues.Notes,
            jobs => jobs.WatchReturnsAsync(CancellationToken.None),
            Every(options.ReturnsEvery),
            ignorable
        );
    }

    /// <summary>A cron expression; below a minute one with seconds, which only tests and the demo need.</summary>
    internal static string Every(TimeSpan interval) =>
        interval >= TimeSpan.FromMinutes(1)
            ? $"*/{(int)Math.Min(59, interval.TotalMinutes)} * * * *"
            : $"*/{(int)Math.Clamp(interval.TotalSeconds, 5, 59)} * * * * *";
}
