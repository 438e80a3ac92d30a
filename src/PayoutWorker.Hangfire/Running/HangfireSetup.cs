using Hangfire;
using Hangfire.PostgreSql;
using Microsoft.Extensions.DependencyInjection;
using PayoutWorker.HangfireScheduling.Dashboard;
using PayoutWorker.HangfireScheduling.Storage;

namespace PayoutWorker.HangfireScheduling.Running;

/// <summary>Hangfire's settings, each for a reason. Hangfire keeps them for the whole process.</summary>
internal static class HangfireSetup
{
    public static void Configure(IServiceProvider services, IGlobalConfiguration hangfire)
    {
        SetFilters();
        DashboardPages.AddMenu();
        hangfire
            .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            // No version numbers of ours in stored jobs: an update runs what the version before queued.
            .UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings()
            // The dashboard and the tables show as little as will do.
            .UseMaxArgumentSizeToRender(64)
            // A failed job says why in one line, in our words; two are the least that Hangfire takes. The log has the rest.
            .UseMaxLinesInExceptionDetails(2)
            .UseDashboardMetrics(services.GetRequiredService<Figures>().Metrics())
            .UsePostgreSqlStorage(
                storage => storage.UseConnectionFactory(services.GetRequiredService<HangfireDatabase>()),
                Storage
            )
            // Jobs are a view, not a record: the payouts' own history stays.
            .WithJobExpirationTimeout(TimeSpan.FromHours(6));
    }

    private static PostgreSqlStorageOptions Storage =>
        new()
        {
            SchemaName = HangfireSchema.Name,
            // The worker's role makes no tables; migrate does.
            PrepareSchemaIfNecessary = false,
            AllowDegradedModeWithoutStorage = false,
            // Jobs queued here wake a thread at once; this is for jobs queued by another worker. Idle load is threads
            // divided by this, in statements a second.
            QueuePollInterval = TimeSpan.FromSeconds(2),
            // It would hold a connection for each idle thread, and a notification would wake them all.
            EnableLongPolling = false,
            // Jobs end within a minute; sliding, so that a longer one is not given to a second worker. If one is, the
            // fence keeps the two apart.
            InvisibilityTimeout = TimeSpan.FromMinutes(5),
            UseSlidingInvisibilityTimeout = true,
            // Nothing of ours takes such a lock; Hangfire's own take seconds, and one of a killed worker stays so long.
            DistributedLockTimeout = TimeSpan.FromMinutes(1),
            // Jobs are never queued within a transaction.
            EnableTransactionScopeEnlistment = false,
            // Small bites often: expired jobs must not pile up on a busy day.
            JobExpirationCheckInterval = TimeSpan.FromMinutes(15),
            DeleteExpiredBatchSize = 5000,
            CountersAggregateInterval = TimeSpan.FromMinutes(1),
        };

    private static void SetFilters()
    {
        var filters = GlobalJobFilters.Filters;
        foreach (var filter in filters.Select(filter => filter.Instance).ToArray())
            // No retries: when to try again stands in the payout's row, and a failed job's work is claimed by the next
            // one. No culture and no continuations: nothing of ours uses them, and they cost round trips per job.
            if (filter is AutomaticRetryAttribute or CaptureCultureAttribute or ContinuationsSupportAttribute)
                filters.Remove(filter);
    }
}
