using Bank131.Signing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using PayoutWorker.AtRest;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Host.Health;
using PayoutWorker.Host.Keys;
using PayoutWorker.Host.Keys.Rings;
using PayoutWorker.Host.Metrics;
using PayoutWorker.Inbox;
using PayoutWorker.Jobs;
using PayoutWorker.Store;
using PayoutWorker.Watching;

namespace PayoutWorker.Host.Run;

/// <summary>
/// The webhook endpoint as a process of its own, for the side that the internet reaches: it verifies and stores. It has
/// no signing or card key, no job and no page, and its role in the database may add to the inbox and read nothing.
/// </summary>
internal static class WebhookApp
{
    public static WebApplication Build(WorkerConfiguration configuration)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var listeners = new Listeners();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => listeners.Configure(kestrel, configuration.Http));
        Logs.Add(builder.Logging, configuration.Log);

        var services = builder.Services;
        services.Configure<HostOptions>(options => options.ShutdownTimeout = configuration.Worker.StopTimeout);
        services.AddSingleton(configuration);
        services.AddSingleton(listeners);
        services.AddSingleton(WorkerIdentity.Of(configuration.Worker));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(p =>
            DataSources.Webhook(
                configuration.Database,
                p.GetRequiredService<WorkerIdentity>().Name,
                p.GetRequiredService<BodyVault>()
            )
        );
        services.AddSingleton(p => new BodyVault(
            AtRestKeys.Of(configuration.AtRest),
            p.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton<IPayoutStore>(p => new PostgresStore(
            p.GetRequiredService<NpgsqlDataSource>(),
            p.GetRequiredService<WorkerIdentity>().Name,
            configuration.Scaled.ReturnWatch[0],
            vault: p.GetRequiredService<BodyVault>()
        ));
        services.AddSingleton(p => new KeyRings(
            configuration,
            p.GetRequiredService<TimeProvider>(),
            verifiesOnly: true
        ));
        services.AddSingleton<IVerifier>(p => p.GetRequiredService<KeyRings>().BankKeys);
        services.AddSingleton<KeyFigures>();
        services.AddSingleton<Counters>();
        // Nobody waits for these bells here: the workers are woken by the database.
        services.AddSingleton<Wakeups>();
        services.AddSingleton<RefusedWebhooks>();
        services.AddSingleton<WebhookEndpoint>();
        services.AddSingleton<IHealth, WebhookHealth>();
        services.AddSingleton<MetricsListener>();
        services.AddSingleton<MetricsEndpoint>();
        services.AddHostedService<RefusalReport>();
        services.AddHostedService(p =>
        {
            _ = p.GetRequiredService<KeyFigures>();
            // Its role may not raise these alarms: the log, the health and the metrics say it.
            return new KeyWatch(
                p.GetRequiredService<KeyRings>(),
                configuration.Keys,
                database: null,
                p.GetRequiredService<TimeProvider>(),
                p.GetRequiredService<ILogger<KeyWatch>>()
            );
        });

        var app = builder.Build();
        Endpoints.Map(app, pages: null);
        return app;
    }
}
