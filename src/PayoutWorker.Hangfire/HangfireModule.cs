using Hangfire;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PayoutWorker.HangfireScheduling.Dashboard;
using PayoutWorker.HangfireScheduling.Jobs;
using PayoutWorker.HangfireScheduling.Running;
using PayoutWorker.HangfireScheduling.Storage;
using PayoutWorker.Store;

namespace PayoutWorker.HangfireScheduling;

/// <summary>All that the host calls; HangfireModule.Absent.cs has the same members for builds without Hangfire.</summary>
internal static class HangfireModule
{
    /// <summary>Why Hangfire is not here; null where it is.</summary>
    public static string? ReasonForAbsence => null;

    /// <summary>
    /// The scheduler and what the dashboard needs. It starts by itself, also while its tables are missing; then the
    /// built-in scheduler does the work until they are there.
    /// </summary>
    public static void AddServices(IServiceCollection services, HangfireOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(_ => new HangfireDatabase(options.Database(options.MaxPool)));
        services.AddSingleton<Figures>();
        services.AddSingleton<JobClient>();
        services.AddSingleton<RunningJobs>();
        services.AddSingleton<Alarms>();
        services.AddTransient<IPayoutJobs, PayoutJobs>();
        services.AddHangfire((p, hangfire) => HangfireSetup.Configure(p, hangfire));
        services.AddHostedService<ServerHost>();
        services.AddHostedService<WakeupRelay>();
    }

    /// <summary>The dashboard under /hangfire, for those whom the policy lets in.</summary>
    public static void MapDashboard(IApplicationBuilder app, string policy) => DashboardPages.Map(app, policy);

    /// <summary>Brings Hangfire's own tables up to date. Returns whether that changed anything.</summary>
    public static Task<bool> MigrateAsync(NpgsqlDataSource migrator, CancellationToken cancellationToken) =>
        HangfireSchema.MigrateAsync(migrator, cancellationToken);
}
