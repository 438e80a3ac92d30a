using System.Security.Cryptography;
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
    TimeProvider time,
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
            var (room, bodies, began) = (handover.Room(), new Dictionary<long, byte[]>(), time.GetTimestamp());
            var order = new InboxOrder(
                SetSize,
                now.Timings.OrphanRetry,
                now.Timings.OrphanAlarm,
                (payout, evidence) => Decision.Learn(payout, evidence, now, mine: false),
                overdue,
                // While stopping nothing new is intended: nobody may be left to send it.
                payout => stopping.IsCancellationRequested ? null : Confirm(payout, now, room, bodies)
            );
            result = await store.ApplyInboxAsync(order, stopping);
            Written[] last = [.. result.Moved.GroupBy(written => written.After!.Id, (_, all) => all.Last())];
            handover.Give([
                .. last.Where(written => written.Change!.Takes)
                    .Select(written => new Handed(written.After!, bodies[written.After!.Id], began)),
            ]);
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
            if (last.Any(written => written.Change!.DueIn == TimeSpan.Zero && !written.After!.State.IsFinal()))
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

    // Once more about the same payout, after a set that failed, the answer is the same.
    private static Change? Confirm(Payout payout, Policy policy, Room room, Dictionary<long, byte[]> bodies)
    {
        if (payout is not { State: PayoutState.Ready, Project: { } project } || room.PausedProjects.Contains(project))
            return null;
        if (!bodies.ContainsKey(payout.Id) && bodies.Count >= room.Slots)
            return null;
        if (Decision.Next(payout, policy) is not Act.Write { Change: { Intent: Step.Confirm } change })
            return null;
        var body = bodies[payout.Id] = Bodies.Of(Step.Confirm, payout.After(change), null);
        return change with { Takes = true, BodyHash = SHA256.HashData(body) };
    }
}
