using PayoutWorker.Decisions;
using PayoutWorker.Driving;
using PayoutWorker.Inbox;
using PayoutWorker.Returns;
using PayoutWorker.Watching;

namespace PayoutWorker.Jobs;

/// <summary>The jobs of the worker, for whichever scheduler runs them.</summary>
internal static class WorkerJobs
{
    public static IReadOnlyList<Job> Of(
        DriveJob drive,
        InboxJob inbox,
        ReturnsJob returns,
        WatchJob watch,
        Wakeups wakeups,
        Timings timings
    )
    {
        var poll = Min(TimeSpan.FromSeconds(1), timings.AskSoon / 2);
        return
        [
            new Job("drive", "Drive payouts that are due", poll, RunDrive, wakeups.Drive),
            new Job("inbox", "Apply the bank's webhooks", poll * 2, inbox.RunAsync, wakeups.Inbox),
            new Job(
                "returns",
                "Ask whether paid payouts came back",
                Min(TimeSpan.FromMinutes(10), timings.ReturnWatch[0] / 4),
                returns.RunAsync
            ),
            new Job("watch", "Watch deadlines and refused webhooks", TimeSpan.FromSeconds(30), watch.RunAsync),
        ];

        async Task<string?> RunDrive(CancellationToken stopping)
        {
            var summary = await drive.RunAsync(stopping);
            return summary.Count == 0 ? null : summary.ToString();
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
