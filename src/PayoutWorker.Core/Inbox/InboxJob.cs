using Microsoft.Extensions.Logging;
using PayoutWorker.Decisions;
using PayoutWorker.Driving;
using PayoutWorker.Jobs;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.Inbox;

/// <summary>Takes stored webhooks into account, in sets, and wakes the drive for what became due by them.</summary>
internal sealed class InboxJob(
    IPayoutStore store,
    Func<Policy> policy,
    Wakeups wakeups,
    Counters counters,
    ILogger<InboxJob> logger
)
{
    private const int SetSize = 200;

    /// <param name="overdue">Takes only what has been due for this long: the net under another scheduler.</param>
    public async Task<InboxSummary> RunAsync(TimeSpan overdue, CancellationToken stopping)
    {
        var summary = InboxSummary.Empty;
        InboxResult result;
        do
        {
            var now = policy();
            var order = new InboxOrder(
                SetSize,
                now.Timings.OrphanRetry,
                now.Timings.OrphanAlarm,
                (payout, evidence) => Decision.Learn(payout, evidence, now, mine: false),
                overdue
            );
            result = await store.ApplyInboxAsync(order, stopping);
            foreach (var written in result.Moved)
            {
                counters.Written(written);
                logger.Written(written);
            }
            foreach (var alarm in result.Alarms)
            {
                counters.Alarm(alarm.Kind);
                logger.Alarm(alarm.Kind, null);
            }
            if (result.Moved.Any(written => written.Change!.DueIn == TimeSpan.Zero && !written.After!.State.IsFinal()))
                wakeups.Drive.Ring();
            var moved = result.Moved.Where(written => written.Before!.State != written.After!.State).ToArray();
            summary += new InboxSummary(
                result.Taken,
                [.. moved.Select(written => written.After!.Id)],
                [.. moved.Where(m => Trouble.In(m.Before!.State, m.After!)).Select(m => m.After!.Id)]
            );
        } while (result.Taken == SetSize && !stopping.IsCancellationRequested);
        return summary;
    }
}
