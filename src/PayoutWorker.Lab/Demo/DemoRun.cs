using System.Security.Cryptography;
using PayoutWorker.HangfireScheduling;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Lab.Postgres;
using PayoutWorker.Lab.Towns;
using Spectre.Console;

namespace PayoutWorker.Lab.Demo;

/// <param name="Payouts">How many.</param>
/// <param name="Stay">Keep everything running at the end, to look at it.</param>
internal sealed record DemoOptions(int Payouts, int Seed, bool Stay, bool AllowInstall, TimeSpan Patience);

/// <summary>The whole product in one command: database, bank, worker, and payouts that meet every kind of trouble.</summary>
internal sealed class DemoRun(DemoOptions options, IAnsiConsole console, TimeProvider time)
{
    // A twentieth of the real durations: minutes of waiting for the bank become seconds.
    private const double Scale = 0.05;

    private readonly DemoScreen _screen = new(console);

    // Two operators, since some things need two; for this machine alone, and new each time.
    private readonly TownPerson[] _people =
    [
        new("operator", NewPassword(), UserRole.Operator),
        new("second", NewPassword(), UserRole.Operator),
        new("viewer", NewPassword(), UserRole.Viewer),
    ];

    /// <summary>The exit code: 0 when every payout ended as it must, else 1.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        _screen.Say("Starting PostgreSQL ...");
        await using var server = await PostgresServer.StartAsync(
            new PostgresServerOptions
            {
                Durable = true,
                AllowInstall = options.AllowInstall,
                Notices = Console.Out,
            },
            cancellationToken
        );
        var database = await server.CreateNamedDatabaseAsync("payouts", cancellationToken);
        try
        {
            await Town.MigrateAsync(server, database, cancellationToken);
            _screen.Say("Starting the bank's simulator and the worker ...");
            await using var town = await Town.StartAsync(
                new TownOptions
                {
                    Scale = Scale,
                    // The longest wait of all, for a webhook that never comes, is shortened some more.
                    WorkerSettings = new Dictionary<string, object> { ["Timings:InitWait"] = "00:05:00" },
                    People = options.Stay ? _people : [],
                },
                server,
                database,
                cancellationToken
            );
            await town.StartWorkerAsync("worker-1", cancellationToken);
            _screen.Say($"The jobs run on {Scheduler}.");
            var right = await PayAsync(town, cancellationToken);
            Hints(town);
            if (options.Stay)
                await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return right ? 0 : 1;
        }
        finally
        {
            Npgsql.NpgsqlConnection.ClearAllPools();
            if (!server.IsPrivate)
                await server.DropDatabaseAsync(database, CancellationToken.None);
        }
    }

    private async Task<bool> PayAsync(Town town, CancellationToken cancellationToken)
    {
        var orders = DemoPlan.Of(options.Payouts, options.Seed);
        foreach (var order in orders)
            if (order.Kind.Script is { } script)
                town.Bank.Script(script(order.Payee));
        var erp = new DemoErp(town);
        _screen.Say($"The ERP inserts {orders.Count} payouts (seed {options.Seed}) ...");
        var began = time.GetTimestamp();
        await erp.InsertAsync(orders, cancellationToken);
        await erp.CancelAsync([.. orders.Where(order => order.Kind.Cancel)], cancellationToken);

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.Patience);
        try
        {
            await _screen.WatchAsync(orders.Count, token => StatesAsync(orders, erp, token), time, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _screen.Say($"Not all is done after {options.Patience.TotalSeconds:0} s.");
        }
        _screen.Say($"Took {time.GetElapsedTime(began).TotalSeconds:0.0} s.");
        var verdict = DemoVerdict.Of(orders, await erp.StatesAsync(cancellationToken), town.Bank.Ledger);
        _screen.Table(verdict);
        return verdict.IsRight;
    }

    private static async Task<(IReadOnlyDictionary<string, int> States, int Done)> StatesAsync(
        IReadOnlyList<DemoOrder> orders,
        DemoErp erp,
        CancellationToken cancellationToken
    )
    {
        var states = await erp.StatesAsync(cancellationToken);
        var counts = states.Values.GroupBy(state => state).ToDictionary(group => group.Key, group => group.Count());
        // Paid is not the end of a payout that is going to come back.
        var done = orders.Count(order =>
            states.TryGetValue(order.Key, out var state)
            && state is "paid" or "failed" or "held" or "cancelled" or "rejected" or "returned"
            && (state != "paid" || order.Kind.Expected != "returned")
            && (state != "held" || order.Kind.Expected == "held")
        );
        return (counts, done);
    }

    private static string Scheduler =>
        HangfireModule.ReasonForAbsence is { } reason
            ? $"the built-in scheduler: {reason}"
            : "Hangfire, with the built-in scheduler as its net: Hangfire is built into this program";

    private void Hints(Town town)
    {
        _screen.Say("");
        _screen.Say(
            options.Stay
                ? $"It keeps running until Ctrl-C. Look around with a browser, see below, or: psql \"{Uri(town)}\""
                : "Everything is gone now. To look around: ./payouts demo --stay, and then in psql"
        );
        _screen.Say("  SELECT * FROM payouts.status ORDER BY payout_id LIMIT 5;");
        _screen.Say($"  SELECT payouts.explain('DEMO-{options.Seed}-00001');");
        _screen.Say("  SELECT at, who, from_state, to_state, why, evidence FROM payouts.event WHERE payout_id = 1;");
        if (!options.Stay)
            return;
        var admin = town.Workers[0].Admin;
        _screen.Say($"The operators' pages: {admin}ops");
        foreach (var person in _people)
            _screen.Say($"  sign in as {person.Name}, password {person.Password}");
        _screen.Say(
            $"Health: {admin}health/ready   metrics: {admin}metrics   the bank's ledger: {town.Bank.BaseAddress}control/ledger"
        );
        _screen.Say($"Logs: {town.Folder}");
    }

    private static string NewPassword() => RandomNumberGenerator.GetHexString(12, lowercase: true);

    private static string Uri(Town town)
    {
        var builder = new Npgsql.NpgsqlConnectionStringBuilder(town.Server.AdminConnectionString(town.Database));
        return $"postgresql://{builder.Username}@{builder.Host}:{builder.Port}/{builder.Database}";
    }
}
