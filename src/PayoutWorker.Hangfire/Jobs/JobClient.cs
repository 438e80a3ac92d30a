using System.Linq.Expressions;
using Hangfire;
using Hangfire.States;
using Microsoft.Extensions.Logging;
using PayoutWorker.Jobs;

namespace PayoutWorker.HangfireScheduling.Jobs;

/// <summary>Queues jobs. That Hangfire cannot take one is no error of whoever asks: the built-in scheduler is there.</summary>
internal sealed class JobClient(
    IBackgroundJobClientV2 hangfire,
    HangfireOptions options,
    TimeProvider time,
    ILogger<JobClient> logger
)
{
    // A job for each is a pleasure to read; above this it is none.
    private const int NotesMax = 50;

    /// <summary>Queued wake-ups of the drive job.</summary>
    public QueuedWakeup Drive { get; } = new(time, options.BatchSize is null ? 1 : options.DriveThreads);

    public QueuedWakeup Inbox { get; } = new(time, most: 1);

    /// <summary>Rings when a job could not be queued: somebody should look at Hangfire's tables.</summary>
    public Signal Refused { get; } = new();

    public bool WakeDrive() => Queue(Drive, DriveOf(options));

    public bool WakeInbox() => Queue(Inbox, jobs => jobs.ApplyInboxAsync(CancellationToken.None));

    /// <summary>The drive job's name says how much it takes.</summary>
    public static Expression<Func<IPayoutJobs, Task>> DriveOf(HangfireOptions options) =>
        options.BatchSize == 1
            ? jobs => jobs.DriveOneAsync(CancellationToken.None)
            : jobs => jobs.DriveAsync(CancellationToken.None);

    /// <summary>One small job for each payout that went wrong, or one for all of them.</summary>
    public void Note(IReadOnlyList<long> payoutIds)
    {
        if (payoutIds.Count > NotesMax)
        {
            var all = payoutIds.Distinct().ToArray();
            Queue(JobQueues.Notes, jobs => jobs.NoteManyAsync(all, CancellationToken.None));
            return;
        }
        foreach (var id in payoutIds.Distinct())
            if (!Queue(JobQueues.Notes, jobs => jobs.NoteAsync(id, CancellationToken.None)))
                return;
    }

    private bool Queue(QueuedWakeup wakeup, Expression<Func<IPayoutJobs, Task>> job)
    {
        // Before, since the job may begin before this returns.
        wakeup.Queued();
        if (Queue(JobQueues.Drive, job))
            return true;
        wakeup.Started();
        return false;
    }

    private bool Queue(string queue, Expression<Func<IPayoutJobs, Task>> job)
    {
        try
        {
            hangfire.Create(job, new EnqueuedState(queue));
            return true;
        }
        catch (Exception e)
        {
            // The boundary to Hangfire's tables, which may be gone or locked: payouts do not depend on them.
            logger.NotQueued(e);
            Refused.Ring();
            return false;
        }
    }
}
