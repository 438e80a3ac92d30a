using PayoutWorker.HangfireScheduling;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Jobs;

namespace PayoutWorker.Host.Run;

/// <summary>Who runs the jobs. The built-in scheduler always runs: alone, or as the net under Hangfire.</summary>
internal static class Schedulers
{
    public static bool UseHangfire(WorkerSettings settings) =>
        settings.Scheduler != SchedulerChoice.BuiltIn && HangfireModule.ReasonForAbsence is null;

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
                _ => DataSources.Hangfire(configuration.Database, name, HangfireOptions.MaxPool),
                name,
                WorkerJobs.LookEvery(timings),
                WorkerJobs.ReturnsEvery(timings),
                TimeSpan.FromSeconds(configuration.Worker.MaxRunSeconds)
            )
        );
    }
}
