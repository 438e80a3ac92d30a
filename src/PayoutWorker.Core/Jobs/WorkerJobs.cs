using PayoutWorker.Audit;
using PayoutWorker.Decisions;
using PayoutWorker.Driving;
using PayoutWorker.Feed;
using PayoutWorker.Inbox;
using PayoutWorker.Reconciling;
using PayoutWorker.Returns;
using PayoutWorker.Watching;

namespace PayoutWorker.Jobs;

/// <summary>The jobs of the worker, as the built-in scheduler runs them.</summary>
internal static class WorkerJobs
{
    /// <param name="bells">What wakes them: the ordinary bells, or those of the net under another scheduler.</param>
    public static IReadOnlyList<Job> Of(
        DriveJob drive,
        InboxJob inbox,
        ReturnsJob returns,
        WatchJob watch,
        ReconcileJob reconcile,
        PublishJob publish,
        SealJob seal,
        PruneJob prune,
        Wakeups bells,
        SchedulerBoard board,
        Timings timings
    )
    {
        var look = LookEvery(timings);
        return
        [
            new Job("drive", "Drive payouts that are due", look, RunDrive, bells.Drive),
            new Job("inbox", "Apply the bank's webhooks", look * 2, RunInbox, bells.Inbox),
            new Job("returns", "Ask whether paid payouts came back", ReturnsEvery(timings), returns.RunAsync),
            new Job("watch", "Watch deadlines and refused webhooks", TimeSpan.FromSeconds(30), watch.RunAsync),
            new Job("reconcile", "Compare the bank's statements", ReconcileEvery(timings), reconcile.RunAsync),
            new Job("publish", "Number changes for the ERP", look, publish.RunAsync),
            new Job("seal", "Seal the history", SealEvery(timings) / 2, seal.RunAsync),
            new Job("prune", "Erase what is past its time", TimeSpan.FromHours(1), prune.RunAsync),
        ];

        async Task<string?> RunDrive(CancellationToken stopping)
        {
            var summary = await drive.RunAsync(new DriveRun(board.Overdue), stopping);
            return summary.Count == 0 ? null : summary.ToString();
        }

        async Task<string?> RunInbox(CancellationToken stopping) =>
            (await inbox.RunAsync(board.Overdue, stopping)).Text;
    }

    /// <summary>How often somebody looks for what became due by time alone.</summary>
    public static TimeSpan LookEvery(Timings timings) => Min(TimeSpan.FromSeconds(1), timings.AskSoon / 2);

    public static TimeSpan ReturnsEvery(Timings timings) => Min(TimeSpan.FromMinutes(10), timings.ReturnWatch[0] / 4);

    /// <summary>How often somebody looks whether a day is to be compared; most looks find nothing.</summary>
    public static TimeSpan ReconcileEvery(Timings timings) => Min(TimeSpan.FromSeconds(30), timings.AskSoon * 10);

    /// <summary>How long what happened stands unsealed at the most, while all goes well; beside the time that two runs take.</summary>
    public static TimeSpan SealEvery(Timings timings) => Min(TimeSpan.FromMinutes(1), timings.AskSoon * 20);

    /// <summary>How long history rests before it is sealed: less than the time between two runs, or its own last run would
    /// stop the next.</summary>
    public static TimeSpan SealRest(Timings timings) => SealEvery(timings) * 0.4;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
