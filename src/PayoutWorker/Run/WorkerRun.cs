using PayoutWorker.Host.Configuration;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Host.Metrics;
using PayoutWorker.Jobs;
using PayoutWorker.Restores;

namespace PayoutWorker.Host.Run;

/// <summary>The life of the worker: check, start, run until it is told to stop.</summary>
internal static class WorkerRun
{
    /// <param name="withWebhook">False where webhooks are taken by a process of their own.</param>
    /// <exception cref="StartException">It cannot start.</exception>
    public static async Task RunAsync(
        WorkerConfiguration configuration,
        Findings findings,
        bool withWebhook,
        CancellationToken cancellationToken
    )
    {
        await using var app = WorkerApp.Build(configuration, withWebhook);
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("PayoutWorker.Host");
        var identity = app.Services.GetRequiredService<WorkerIdentity>();
        // Made first: it counts from the start, not from the first look.
        _ = app.Services.GetRequiredService<MetricsListener>();
        Introduce(configuration, findings, logger);

        await using (var plain = DataSources.Plain(configuration.Database, identity.Name))
        {
            await DatabaseCheck.RunAsync(plain, logger, cancellationToken);
            var memory = app.Services.GetRequiredService<DatabaseMemory>();
            await memory.MeetOthersAsync(plain, Heartbeat.Patience, TimeProvider.System, cancellationToken);
        }
        await DatabaseCheck.GuardedAsync(async () =>
        {
            await app.Services.GetRequiredService<PolicyBoard>().ReadAsync(cancellationToken);
            return true;
        });
        await StartAsync(app, cancellationToken);

        var board = app.Services.GetRequiredService<SchedulerBoard>();
        logger.Started(identity.Name, identity.Version, board.Name);
        logger.JobsRunOn(
            board.OtherRuns ? board.Name : SchedulerBoard.BuiltIn,
            Schedulers.Why(configuration.Worker, board)
        );
        foreach (var (name, url) in app.Services.GetRequiredService<Listeners>().Addresses)
            logger.Listening(name, url);
        app.Lifetime.ApplicationStopping.Register(() => logger.Stopping(identity.Name));
        await app.WaitForShutdownAsync(cancellationToken);
        logger.Stopped(identity.Name);
    }

    internal static void Introduce(WorkerConfiguration configuration, Findings findings, ILogger logger)
    {
        foreach (var (key, value) in EffectiveConfiguration.Lines(configuration))
            logger.Configured(key, value);
        foreach (var warning in findings.Warnings)
            logger.Unwise(warning.ToString());
    }

    internal static async Task StartAsync(WebApplication app, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException e)
        {
            throw new StartException(
                $"a listener could not be opened: {e.Message} Check Http:WebhookUrl and AdminUrl."
            );
        }
    }
}
