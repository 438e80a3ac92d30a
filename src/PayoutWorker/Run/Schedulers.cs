using PayoutWorker.HangfireScheduling;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Jobs;

namespace PayoutWorker.Host.Run;

/// <summary>Who runs the jobs. The built-in scheduler always runs: alone, or as the net under Hangfire.</summary>
internal static class Schedulers
{
    public static bool UseHangfire(WorkerSettings settings) =>
        settings.Scheduler != SchedulerChoice.BuiltIn && HangfireModule.ReasonForAbsence is null;

    /// <summary>Why the jobs run on what they run on, for the log's first lines.</summary>
    public static string Why(WorkerSettings settings, SchedulerBoard board) =>
        board.Problem
        ?? (
            settings.Scheduler == SchedulerChoice.BuiltIn ? "Worker:Scheduler is BuiltIn"
            : HangfireModule.ReasonForAbsence is { } reason ? reason
            : settings.Scheduler == SchedulerChoice.Auto
                ? "Hangfire is built into this program, and its tables are there"
            : "Worker:Scheduler is Hangfire, and its tables are there"
        );

    public static void AddHangfire(
        IServiceCollection services,
        WorkerConfiguration configuration,
        WorkerIdentity identity
    )
    {
        var (timings, name) = (configuration.Scaled, identity.Name);
        HangfireModule.AddServices(
            services,
            new HangfireOptions(
                maxPool => DataSources.Hangfire(configuration.Database, name, maxPool),
                name,
                WorkerJobs.LookEvery(timings),
                WorkerJobs.ReturnsEvery(timings),
                TimeSpan.FromSeconds(configuration.Worker.MaxRunSeconds),
                configuration.Worker.BatchSize
            )
        );
    }
}
