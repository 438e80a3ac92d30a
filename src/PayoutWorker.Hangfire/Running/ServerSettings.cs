using Hangfire;
using PayoutWorker.HangfireScheduling.Jobs;

namespace PayoutWorker.HangfireScheduling.Running;

/// <summary>One server for each queue: threads of one cannot be taken by jobs of the other.</summary>
internal static class ServerSettings
{
    public static IEnumerable<BackgroundJobServerOptions> Of(HangfireOptions options, JobActivator activator) =>
        [
            Of(options, activator, JobQueues.Drive, options.DriveThreads),
            Of(options, activator, JobQueues.Notes, HangfireOptions.NoteThreads),
        ];

    private static BackgroundJobServerOptions Of(
        HangfireOptions options,
        JobActivator activator,
        string queue,
        int threads
    ) =>
        new()
        {
            ServerName = $"{options.WorkerName}:{queue}",
            Queues = [queue],
            WorkerCount = threads,
            Activator = activator,
            // A stop lets calls to the bank end: with the host's 45 s this leaves room for the last answers.
            StopTimeout = TimeSpan.FromSeconds(25),
            ShutdownTimeout = TimeSpan.FromSeconds(10),
            // Recurring jobs are looked at this often; the default of 15 s would be the grain of the returns job.
            SchedulePollingInterval = TimeSpan.FromSeconds(5),
            // A killed worker's server leaves the dashboard after two minutes; its payouts do not wait for that.
            HeartbeatInterval = TimeSpan.FromSeconds(15),
            ServerTimeout = TimeSpan.FromMinutes(2),
            ServerCheckInterval = TimeSpan.FromMinutes(1),
        };
}
