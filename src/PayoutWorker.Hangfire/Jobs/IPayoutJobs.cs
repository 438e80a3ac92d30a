using Hangfire;

namespace PayoutWorker.HangfireScheduling.Jobs;

/// <summary>
/// Every job there is. Frozen: Hangfire stores these names with each job, and a job whose name is gone cannot run. Add
/// members; do not rename them, nor their type, assembly or parameters. Arguments are payout ids and nothing else,
/// since the dashboard shows them and Hangfire keeps them for hours.
/// </summary>
public interface IPayoutJobs
{
    /// <summary>Claims what is due and drives it. Returns what it did, with the ids.</summary>
    [JobDisplayName("Drive payouts that are due")]
    Task<string> DriveAsync(CancellationToken cancellationToken);

    /// <summary>The same for a single payout, where the configuration makes each a job.</summary>
    [JobDisplayName("Drive one payout that is due")]
    Task<string> DriveOneAsync(CancellationToken cancellationToken);

    /// <summary>Asks the bank about what waits for an answer, and names the payouts that wait too long.</summary>
    [JobDisplayName("Ask about payouts that are stuck")]
    Task<string> AskStuckAsync(CancellationToken cancellationToken);

    /// <summary>Raises the alarms about time that runs out.</summary>
    [JobDisplayName("Watch the bank's deadlines")]
    Task<string> WatchAsync(CancellationToken cancellationToken);

    /// <summary>Forgets jobs that failed days ago. Payouts and their history are not touched.</summary>
    [JobDisplayName("Prune old failed jobs")]
    Task<string> PruneAsync(CancellationToken cancellationToken);

    /// <summary>Applies stored webhooks.</summary>
    [JobDisplayName("Apply the bank's webhooks")]
    Task<string> ApplyInboxAsync(CancellationToken cancellationToken);

    /// <summary>Asks about paid payouts on the days when money comes back.</summary>
    [JobDisplayName("Ask whether paid payouts came back")]
    Task<string> WatchReturnsAsync(CancellationToken cancellationToken);

    /// <summary>Says what is wrong with one payout, and where it stands.</summary>
    [JobDisplayName("Payout {0} went wrong")]
    Task<string> NoteAsync(long payoutId, CancellationToken cancellationToken);

    /// <summary>The same for many at once: a bad day must not make thousands of jobs.</summary>
    [JobDisplayName("Many payouts went wrong")]
    Task<string> NoteManyAsync(long[] payoutIds, CancellationToken cancellationToken);
}
