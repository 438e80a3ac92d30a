using System.Net;
using PayoutWorker.Lab.Chaos.Judging;
using PayoutWorker.Lab.Chaos.Network;
using PayoutWorker.Lab.Chaos.Orders;
using PayoutWorker.Lab.Chaos.Trouble;
using PayoutWorker.Lab.Postgres;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.Lab.Chaos;

/// <summary>
/// Real processes under real blows: payouts come in while workers, database, bank and network are killed, stopped and
/// cut. Then everything heals, and the bank's ledger is opened.
/// </summary>
internal sealed class ChaosRun(ChaosOptions options, TextWriter output, TimeProvider time)
{
    // What is found right must stay so: a late message may still come.
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(2);

    // A payout held as unknown may still become known by the bank's next attempt to tell: for a while, not for ever.
    private const int JudgedMax = 15;

    public ChaosTally Tally { get; } = new(output, time);

    public async Task<ChaosVerdict> RunAsync(CancellationToken cancellationToken)
    {
        await using var server = await PostgresServer.StartAsync(
            new PostgresServerOptions
            {
                Durable = true,
                Private = true,
                AllowInstall = options.AllowInstall,
                Notices = output,
            },
            cancellationToken
        );
        try
        {
            var database = await server.CreateNamedDatabaseAsync("payouts", cancellationToken);
            await Town.MigrateAsync(server, database, cancellationToken);
            Town? town = null;
            await using var toDatabase = new FaultProxy(
                FreePort.Find(),
                () => new IPEndPoint(IPAddress.Loopback, server.Port),
                options.Seed + 10,
                time
            );
            await using var toBank = new FaultProxy(
                FreePort.Find(),
                () => new IPEndPoint(IPAddress.Loopback, town!.Bank.BaseAddress.Port),
                options.Seed + 11,
                time
            );
            await using (
                town = await Town.StartAsync(
                    TownOptions(server, database, toDatabase, toBank),
                    server,
                    database,
                    cancellationToken
                )
            )
            {
                var verdict = await RunAsync(town, toBank, toDatabase, cancellationToken);
                KeepLogs(town.Folder);
                return verdict;
            }
        }
        finally
        {
            Npgsql.NpgsqlConnection.ClearAllPools();
        }
    }

    private async Task<ChaosVerdict> RunAsync(
        Town town,
        FaultProxy toBank,
        FaultProxy toDatabase,
        CancellationToken cancellationToken
    )
    {
        var witness = new BankWitness(town.Bank.Events);
        var erp = new ChaosErp(town, Tally, time);
        var orders = ChaosPlan.Orders(options.Payouts, new Random(options.Seed));
        using var fleet = new Fleet(town, Tally, time);
        await fleet.StartAsync(options.Workers, cancellationToken);
        Tally.Say($"{options.Workers} workers run; {orders.Count} payouts over {options.Storm.TotalSeconds:0} s");

        var moment = new Moment(town.Bank, time);
        var databaseTrouble = new DatabaseTrouble(town, toDatabase, moment, Tally, time);
        var storm = new Storm(
            options,
            fleet,
            new WorkerTrouble(fleet, moment, Tally, time),
            databaseTrouble,
            new BankTrouble(town, toBank, toDatabase, Tally, time),
            Tally,
            time
        );
        var whims = new Whims(options, erp, orders, time);
        town.Bank.Script(ChaosPlan.BankFaults(options.Seed));
        (toBank.Faults, toDatabase.Faults) = (ChaosNetwork.ToBank, ChaosNetwork.ToDatabase);
        using (var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            over.CancelAfter(options.Storm);
            var raging = storm.RageAsync(over.Token, cancellationToken);
            var ordering = whims.OrderAsync(over.Token, cancellationToken);
            await Task.WhenAll(raging, ordering);
            orders = await ordering;
        }
        Tally.Say("The storm is over: every fault ends, everything is up.");
        (toBank.Faults, toDatabase.Faults) = (null, null);
        town.Bank.ClearFaults();
        await databaseTrouble.ResumeAsync(cancellationToken);
        await whims.ReleaseAsync(cancellationToken);
        Count(toBank, "bank");
        Count(toDatabase, "database");
        return await SettleAsync(town, orders, erp, witness, fleet, cancellationToken);
    }

    /// <summary>Waits until every payout is at rest and the verdict is good, and gives the last one otherwise.</summary>
    private async Task<ChaosVerdict> SettleAsync(
        Town town,
        IReadOnlyList<ChaosOrder> orders,
        ChaosErp erp,
        BankWitness witness,
        Fleet fleet,
        CancellationToken cancellationToken
    )
    {
        var began = time.GetTimestamp();
        var said = long.MaxValue;
        for (var judged = 0; ; )
        {
            await fleet.CheckAsync(cancellationToken);
            var moving = await Tables.MovingAsync(town, cancellationToken);
            if (moving != said)
                Tally.Say($"{said = moving} payouts still move, {town.Bank.Ledger.Count} are paid");
            var late = time.GetElapsedTime(began) > options.Patience;
            if (moving > 0 && !late)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
                continue;
            }
            await Task.Delay(Calm, time, cancellationToken);
            var tables = await Tables.ReadAsync(town, cancellationToken);
            var verdict = new ChaosJudge(orders, erp, town.Bank, witness, tables).Judge(Tally.Surprises);
            if (verdict.IsRight || late || ++judged == JudgedMax)
                return verdict;
        }
    }

    private void KeepLogs(string folder)
    {
        if (options.LogFolder is not { } kept)
            return;
        Directory.CreateDirectory(kept);
        foreach (var log in Directory.EnumerateFiles(folder, "*.log"))
            File.Copy(log, Path.Combine(kept, Path.GetFileName(log)), overwrite: true);
    }

    private void Count(FaultProxy proxy, string to)
    {
        Tally.Count($"connections to the {to}", proxy.Accepted);
        foreach (var (fault, times) in proxy.Fired)
            Tally.Count($"network to the {to}: {fault}", times);
    }

    private TownOptions TownOptions(PostgresServer server, string database, FaultProxy toDatabase, FaultProxy toBank)
    {
        var connection = new Npgsql.NpgsqlConnectionStringBuilder(
            server.ConnectionString(database, PostgresRoles.Worker)
        )
        {
            Port = toDatabase.Port,
        };
        return new TownOptions
        {
            Scale = ChaosOptions.Scale,
            BankPolicies = ChaosPlan.Habits(new Random(options.Seed + 2)),
            WorkerSettings = new Dictionary<string, object>
            {
                ["Bank:BaseUrl"] = $"http://127.0.0.1:{toBank.Port}/",
                ["Database:ConnectionString"] = connection.ConnectionString,
                // The longest waits are shortened some more, so that a run ends.
                ["Timings:InitWait"] = "00:02:00",
                ["Timings:ShortOfMoneyPause"] = "00:01:00",
                ["Timings:Polls"] = "00:00:30,00:01:00,00:01:00,00:01:30,00:02:00",
                ["Worker:MaxCalls"] = 32,
            },
        };
    }
}
