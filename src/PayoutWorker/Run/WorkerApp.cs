using Bank131.Client;
using Bank131.Signing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using PayoutWorker.AtRest;
using PayoutWorker.Audit;
using PayoutWorker.Decisions;
using PayoutWorker.Driving;
using PayoutWorker.Feed;
using PayoutWorker.Host.Configuration;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Host.Health;
using PayoutWorker.Host.Keys;
using PayoutWorker.Host.Keys.Rings;
using PayoutWorker.Host.Metrics;
using PayoutWorker.Host.Ops;
using PayoutWorker.Inbox;
using PayoutWorker.Jobs;
using PayoutWorker.Reconciling;
using PayoutWorker.Restores;
using PayoutWorker.Returns;
using PayoutWorker.Store;
using PayoutWorker.Watching;

namespace PayoutWorker.Host.Run;

/// <summary>Puts the worker together. Starts from an empty builder: only what stands here is there.</summary>
internal static class WorkerApp
{
    public const string ListenKey = "listen";

    /// <param name="withWebhook">False where webhooks are taken by a process of their own.</param>
    public static WebApplication Build(WorkerConfiguration configuration, bool withWebhook = true)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var listeners = new Listeners();
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel => listeners.Configure(kestrel, configuration.Http, withWebhook));
        Logs.Add(builder.Logging, configuration.Log);

        var services = builder.Services;
        services.Configure<HostOptions>(options => options.ShutdownTimeout = configuration.Worker.StopTimeout);
        services.AddSingleton(configuration);
        services.AddSingleton(listeners);
        var identity = WorkerIdentity.Of(configuration.Worker);
        services.AddSingleton(identity);
        services.TryAddSingleton(TimeProvider.System);
        AddDatabase(services, configuration);
        AddKeys(services, configuration);
        AddBank(services, configuration);
        AddPayouts(services, configuration);
        AddJobs(services, configuration, identity);
        AddMetrics(services, configuration.Telemetry);

        if (OpsPages.IsOn(configuration))
            OpsPages.AddServices(services, configuration);

        var app = builder.Build();
        if (Dashboard.IsOn(configuration))
            Dashboard.Map(app, configuration);
        Endpoints.Map(app, OpsPages.IsOn(configuration) ? OpsPages.Build(app.Services, configuration) : null);
        return app;
    }

    private static void AddDatabase(IServiceCollection services, WorkerConfiguration configuration)
    {
        services.AddSingleton(p =>
            DataSources.Worker(
                configuration.Database,
                p.GetRequiredService<WorkerIdentity>().Name,
                p.GetRequiredService<DatabaseMemory>(),
                p.GetRequiredService<BodyVault>()
            )
        );
        services.AddSingleton(p => new BodyVault(
            AtRestKeys.Of(configuration.AtRest),
            p.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(p => new DatabaseMemory(
            configuration.Worker.MemoryFile,
            p.GetRequiredService<WorkerIdentity>().Name,
            p.GetRequiredService<ILogger<DatabaseMemory>>()
        ));
        services.AddKeyedSingleton(
            ListenKey,
            (p, _) => DataSources.Listener(configuration.Database, p.GetRequiredService<WorkerIdentity>().Name)
        );
        services.AddSingleton<IPayoutStore>(p => new PostgresStore(
            p.GetRequiredService<NpgsqlDataSource>(),
            p.GetRequiredService<WorkerIdentity>().Name,
            configuration.Scaled.ReturnWatch[0],
            BookAccounts.WithoutReturnWatch(configuration),
            p.GetRequiredService<BodyVault>(),
            p.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton<Books>();
    }

    private static void AddKeys(IServiceCollection services, WorkerConfiguration configuration)
    {
        services.AddSingleton(p => new KeyRings(configuration, p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<KeyFigures>();
        services.AddHostedService(p =>
        {
            // Made here, so that it is there before somebody asks for metrics.
            _ = p.GetRequiredService<KeyFigures>();
            return new KeyWatch(
                p.GetRequiredService<KeyRings>(),
                configuration.Keys,
                p.GetRequiredService<NpgsqlDataSource>(),
                p.GetRequiredService<TimeProvider>(),
                p.GetRequiredService<ILogger<KeyWatch>>()
            );
        });
    }

    private static void AddBank(IServiceCollection services, WorkerConfiguration configuration)
    {
        var (bank, breaker, timings) = (configuration.Bank, configuration.Breaker, configuration.Scaled);
        var address = bank.BaseUrl.EndsWith('/') ? bank.BaseUrl : bank.BaseUrl + "/";
        services.AddSingleton(_ => new BankClient(
            new BankClientOptions(
                new Uri(address),
                timings.HttpTimeout,
                bank.ConnectTimeout,
                // Questions of the returns job come on top of the driven payouts.
                MaxConnections: configuration.Worker.MaxCalls + 8
            )
        ));
        services.AddSingleton(p => p.GetRequiredService<KeyRings>().Projects);
        services.AddSingleton<IBank>(p => new BankGateway(
            p.GetRequiredService<BankClient>(),
            p.GetRequiredService<IReadOnlyList<BankProject>>(),
            new GatewayOptions(
                breaker.Sampling,
                breaker.Break,
                breaker.BreakAfter,
                breaker.FailureRatio,
                breaker.AskRetries
            )
            {
                SendWindow = timings.SendWindow,
                CallsPerSecond = bank
                    .Projects.Where(project => project.CallsPerSecond is not null)
                    .ToDictionary(project => project.Name!, project => project.CallsPerSecond!.Value),
            },
            p.GetRequiredService<TimeProvider>(),
            p.GetRequiredService<ILogger<BankGateway>>()
        ));
        services.AddSingleton<IStatements, BankStatements>();
        services.AddSingleton<IVerifier>(p => p.GetRequiredService<KeyRings>().BankKeys);
    }

    private static void AddPayouts(IServiceCollection services, WorkerConfiguration configuration)
    {
        services.AddSingleton<Counters>();
        services.AddSingleton<Wakeups>();
        services.AddSingleton<WebhookEndpoint>();
        services.AddSingleton(Policies.Of(configuration));
        services.AddSingleton<PolicyBoard>();
        services.AddSingleton<Func<Policy>>(p =>
        {
            var board = p.GetRequiredService<PolicyBoard>();
            return () => board.Current;
        });
        services.AddSingleton(p => new Driver(
            p.GetRequiredService<IPayoutStore>(),
            p.GetRequiredService<IBank>(),
            p.GetRequiredService<KeyRings>().Cards,
            p.GetRequiredService<Func<Policy>>(),
            p.GetRequiredService<TimeProvider>(),
            p.GetRequiredService<Counters>(),
            p.GetRequiredService<ILogger<Driver>>()
        ));
        services.AddSingleton(Routes.Of(configuration.Bank.Projects));
        services.AddSingleton(
            new DriveOptions(
                configuration.Worker.MaxCalls,
                configuration.Worker.InProgressMax,
                TimeSpan.FromSeconds(configuration.Worker.MaxRunSeconds)
            )
        );
        services.AddSingleton<DriveJob>();
        services.AddSingleton(p => p.GetRequiredService<DriveJob>().Handover);
        services.AddSingleton<InboxJob>();
        services.AddSingleton<ReturnsJob>();
        services.AddSingleton<RefusedWebhooks>();
        services.AddSingleton(p => new AtRestWatch(
            p.GetRequiredService<NpgsqlDataSource>(),
            p.GetRequiredService<BodyVault>(),
            configuration.Cards.SealedAtMost,
            p.GetRequiredService<TimeProvider>(),
            p.GetRequiredService<Counters>(),
            p.GetRequiredService<ILogger<AtRestWatch>>()
        ));
        services.AddSingleton<WatchJob>();
        services.AddSingleton(BookAccounts.Of(configuration));
        services.AddSingleton<Settlement>();
        services.AddSingleton<ReconcileJob>();
        services.AddSingleton<PublishJob>();
        services.AddSingleton(p => new SealJob(
            p.GetRequiredService<NpgsqlDataSource>(),
            WorkerJobs.SealRest(p.GetRequiredService<PolicyBoard>().Current.Timings),
            p.GetRequiredService<TimeProvider>(),
            p.GetRequiredService<ILogger<SealJob>>()
        ));
        services.AddSingleton(configuration.Retention.Times);
        services.AddSingleton<PruneJob>();
    }

    private static void AddJobs(IServiceCollection services, WorkerConfiguration configuration, WorkerIdentity identity)
    {
        var withHangfire = Schedulers.UseHangfire(configuration.Worker);
        services.AddSingleton(new SchedulerBoard(configuration.Scaled.NetPatience));
        services.AddSingleton<Pulse>();
        services.AddSingleton<IHealth, HealthEndpoints>();
        services.AddSingleton<IReadOnlyList<Job>>(p =>
        {
            var board = p.GetRequiredService<SchedulerBoard>();
            var jobs = WorkerJobs.Of(
                p.GetRequiredService<DriveJob>(),
                p.GetRequiredService<InboxJob>(),
                p.GetRequiredService<ReturnsJob>(),
                p.GetRequiredService<WatchJob>(),
                p.GetRequiredService<ReconcileJob>(),
                p.GetRequiredService<PublishJob>(),
                p.GetRequiredService<SealJob>(),
                p.GetRequiredService<PruneJob>(),
                withHangfire ? board.Net : p.GetRequiredService<Wakeups>(),
                board,
                p.GetRequiredService<PolicyBoard>().Current.Timings
            );
            return [.. jobs.Select(p.GetRequiredService<Pulse>().Watch)];
        });
        // Stopped in the reverse order: first the webhooks, then the jobs, and the heartbeat last.
        services.AddHostedService<Heartbeat>();
        services.AddHostedService(p => p.GetRequiredService<PolicyBoard>());
        services.AddHostedService(p => new BuiltInScheduler(
            p.GetRequiredService<IReadOnlyList<Job>>(),
            p.GetRequiredService<TimeProvider>(),
            p.GetRequiredService<ILogger<BuiltInScheduler>>()
        ));
        if (withHangfire)
            Schedulers.AddHangfire(services, configuration, identity);
        services.AddHostedService(p => new DueListener(
            p.GetRequiredKeyedService<NpgsqlDataSource>(ListenKey),
            p.GetRequiredService<Wakeups>(),
            p.GetRequiredService<TimeProvider>(),
            p.GetRequiredService<ILogger<DueListener>>()
        ));
    }

    private static void AddMetrics(IServiceCollection services, TelemetrySettings settings)
    {
        services.AddSingleton<MetricsListener>();
        services.AddSingleton<Figures>();
        services.AddSingleton<MetricsEndpoint>();
        if (settings.OtlpEndpoint is null)
            return;
        services.AddHostedService(p => new OtlpExport(
            settings,
            p.GetRequiredService<WorkerIdentity>(),
            p.GetRequiredService<Figures>(),
            p.GetRequiredService<TimeProvider>()
        ));
    }
}
