using Microsoft.Extensions.Logging;
using PayoutWorker.Decisions;
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

    public async Task<string?> RunAsync(CancellationToken stopping)
    {
        var (taken, moved) = (0, 0);
        InboxResult result;
        do
        {
            var now = policy();
            var order = new InboxOrder(
                SetSize,
                now.Timings.OrphanRetry,
                now.Timings.OrphanAlarm,
                (payout, evidence) => Decision.Learn(payout, evidence, now, mine: false)
            );
            result = await store.ApplyInboxAsync(order, stopping);
            foreach (var written in result.Moved)
            {
                counters.Written(written);
                logger.Written(written);
            }
            if (result.Moved.Any(written => written.Change!.DueIn == TimeSpan.Zero && !written.After!.State.IsFinal()))
                wakeups.Drive.Ring();
            taken += result.Taken;
            moved += result.Moved.Count(written => written.Before!.State != written.After!.State);
        } while (result.Taken == SetSize && !stopping.IsCancellationRequested);
        return taken == 0 ? null : $"{taken} webhooks: {moved} moved a payout";
    }
}
