using Bank131.Client;
using Bank131.Signing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;
using PayoutWorker.Decisions;
using PayoutWorker.Driving;
using PayoutWorker.Inbox;
using PayoutWorker.Jobs;
using PayoutWorker.Returns;
using PayoutWorker.Store;

namespace PayoutWorker.IntegrationTests.Support;

internal sealed class TestWorker : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly WebApplication _app;
    private readonly BuiltInScheduler _scheduler;
    private readonly DueListener _listener;

    public static async Task<TestWorker> StartAsync(
        string connectionString,
        string name,
        int port,
        Uri bank,
        Policy policy,
        IReadOnlyList<BankProject> projects,
        IReadOnlyList<Projects.Route> routes,
        VerifyingKeys bankKeys,
        Cards.CardSeal? cards
    )
    {
        var w = new TestWorker(connectionString, name, port, bank, policy, projects, routes, bankKeys, cards);
        await w._app.StartAsync();
        await w._listener.StartAsync(default);
        await w._scheduler.StartAsync(default);
        return w;
    }

    private TestWorker(
        string connectionString,
        string name,
        int port,
        Uri bank,
        Policy policy,
        IReadOnlyList<BankProject> projects,
        IReadOnlyList<Projects.Route> routes,
        VerifyingKeys bankKeys,
        Cards.CardSeal? cards
    )
    {
        var loggers = LoggerFactory.Create(b => b.AddSimpleConsole(o => o.SingleLine = true).SetMinimumLevel(LogLevel.Information));
        _source = NpgsqlDataSource.Create(connectionString + ";Max Auto Prepare=100");
        var store = new PostgresStore(_source, name, policy.Timings.ReturnWatch[0]);
        var time = TimeProvider.System;
        var client = new BankClient(new BankClientOptions(bank, policy.Timings.HttpTimeout, TimeSpan.FromSeconds(5)));
        var gateway = new BankGateway(client, projects, new GatewayOptions(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1)), time, loggers.CreateLogger<BankGateway>());
        var counters = new Counters();
        var wakeups = new Wakeups();
        var driver = new Driver(store, gateway, cards, () => policy, time, counters, loggers.CreateLogger<Driver>());
        var drive = new DriveJob(store, gateway, driver, routes, new DriveOptions(64, 2000, TimeSpan.FromSeconds(30)), () => policy, wakeups, time, loggers.CreateLogger<DriveJob>());
        var inbox = new InboxJob(store, () => policy, wakeups, counters, loggers.CreateLogger<InboxJob>());
        var returns = new ReturnsJob(store, gateway, () => policy, counters, loggers.CreateLogger<ReturnsJob>());
        _scheduler = new BuiltInScheduler(WorkerJobs.Of(drive, inbox, returns, wakeups, policy.Timings), time, loggers.CreateLogger<BuiltInScheduler>());
        _listener = new DueListener(_source, wakeups, time, loggers.CreateLogger<DueListener>());
        var endpoint = new WebhookEndpoint(store, bankKeys, wakeups, counters, loggers.CreateLogger<WebhookEndpoint>());
        var b = WebApplication.CreateSlimBuilder();
        b.Logging.ClearProviders();
        b.WebHost.UseUrls($"http://127.0.0.1:{port}");
        _app = b.Build();
        _app.MapPost(WebhookEndpoint.Path, (HttpRequest r, CancellationToken t) => endpoint.HandleAsync(r, t));
    }

    public async ValueTask DisposeAsync()
    {
        await _scheduler.StopAsync(default);
        await _listener.StopAsync(default);
        await _app.DisposeAsync();
        await _source.DisposeAsync();
    }
}
