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
    Handover handover,
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
            var (room, leased) = (handover.Room(), new HashSet<long>());
            var order = new InboxOrder(
                SetSize,
                now.Timings.OrphanRetry,
                now.Timings.OrphanAlarm,
                (payout, evidence) =>
                    Leased(payout, Decision.Learn(payout, evidence, now, mine: false), now, room, leased),
                overdue
            );
            result = await store.ApplyInboxAsync(order, stopping);
            handover.Give(ReadyOf(result.Moved, leased));
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

    // The fence that the move to ready raises is the driver's: whoever claimed the payout before has lost it.
    private static Change? Leased(Payout payout, Change? change, Policy policy, Room room, HashSet<long> leased)
    {
        var goesOn = change is { To: PayoutState.Ready } && change.DueIn == TimeSpan.Zero;
        if (!goesOn || payout.State == PayoutState.Ready || payout.Stopped)
            return change;
        if (payout.Project is not { } project || room.PausedProjects.Contains(project))
            return change;
        // Asked again about the same payout, after a set that failed, the answer is the same.
        if (!leased.Contains(payout.Id) && leased.Count >= room.Slots)
            return change;
        leased.Add(payout.Id);
        return change! with { Takes = true, DueIn = policy.Timings.Lease };
    }

    // Where a later webhook of the set moved it on, there is nothing left to drive.
    private static Payout[] ReadyOf(IReadOnlyList<Written> moved, HashSet<long> leased) =>
        [
            .. moved
                .Select(written => written.After!)
                .Where(after => leased.Contains(after.Id))
                .GroupBy(after => after.Id, (_, states) => states.Last())
                .Where(after => after.State == PayoutState.Ready),
        ];
}
