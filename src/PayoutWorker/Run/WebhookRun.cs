using Dapper;
using Npgsql;
using PayoutWorker.Host.Configuration;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Host.Metrics;
using PayoutWorker.Store;

namespace PayoutWorker.Host.Run;

/// <summary>The life of <c>run --only webhook</c>.</summary>
internal static class WebhookRun
{
    private const string NoScheduler = "none (webhooks only)";

    /// <exception cref="StartException">It cannot start.</exception>
    public static async Task RunAsync(
        WorkerConfiguration configuration,
        Findings findings,
        CancellationToken cancellationToken
    )
    {
        await using var app = WebhookApp.Build(configuration);
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("PayoutWorker.Host");
        var identity = app.Services.GetRequiredService<WorkerIdentity>();
        // Made first: it counts from the start, not from the first look.
        _ = app.Services.GetRequiredService<MetricsListener>();
        WorkerRun.Introduce(configuration, findings, logger);
        var database = app.Services.GetRequiredService<NpgsqlDataSource>();
        foreach (var wrong in await DatabaseCheck.GuardedAsync(() => WrongAsync(database, cancellationToken)))
        {
            if (wrong.StartsWith("lacks", StringComparison.Ordinal))
                throw new StartException($"the role {wrong}: connect as payouts_webhook");
            logger.Unwise($"Database:ConnectionString: the role {wrong}; connect as payouts_webhook");
        }
        await WorkerRun.StartAsync(app, cancellationToken);
        logger.Started(identity.Name, identity.Version, NoScheduler);
        foreach (var (name, url) in app.Services.GetRequiredService<Listeners>().Addresses)
            logger.Listening(name, url);
        app.Lifetime.ApplicationStopping.Register(() => logger.Stopping(identity.Name));
        await app.WaitForShutdownAsync(cancellationToken);
        logger.Stopped(identity.Name);
    }

    private static async Task<IEnumerable<string>> WrongAsync(NpgsqlDataSource database, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        return await connection.QueryAsync<string>(
            new CommandDefinition(Sql.Text("read_wrong_webhook_rights"), cancellationToken: token)
        );
    }
}
