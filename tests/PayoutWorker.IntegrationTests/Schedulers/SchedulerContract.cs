using System.Diagnostics;
using Bank131.Simulator;
using Dapper;
using PayoutWorker.HangfireScheduling;
using PayoutWorker.Lab.Processes;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.IntegrationTests.Schedulers;

/// <summary>What every scheduler owes the payouts, whichever runs their jobs.</summary>
internal abstract class SchedulerContract
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>For Worker:Scheduler.</summary>
    protected abstract string Setting { get; }

    /// <summary>As it calls itself in the table of nodes.</summary>
    protected abstract string Name { get; }

    // Ignored and not passed over: a run's closing line says how many tests did not run, and each says why. Where the
    // packages are to be had, .ci/run runs all tests a second time, with Hangfire.
    [OneTimeSetUp]
    public void SkipWhereItIsNotBuiltIn()
    {
        if (Setting == "Hangfire" && HangfireModule.ReasonForAbsence is { } reason)
            Assert.Ignore(reason);
    }

    [Test]
    public async Task Inserted_payouts_are_paid()
    {
        await using var town = await StartAsync(workers: 1);
        await InsertAsync(town, 100);
        await AllPaidAsync(town, 100);
        await UntilAsync(
            "the table of nodes to name the scheduler",
            async () => await ScalarAsync<string>(town, "SELECT scheduler FROM payouts.node") == Name
        );
        Assert.That(
            await File.ReadAllTextAsync(Path.Combine(town.Folder, "worker-1.log")),
            Does.Contain($"The jobs run on the {Name} scheduler: ")
        );
    }

    [Test]
    public async Task Two_workers_share()
    {
        await using var town = await StartAsync(workers: 2, new() { ["Worker:MaxCalls"] = 8 });
        await InsertAsync(town, 400);
        await AllPaidAsync(town, 400);
        await using var connection = await town.Admin.OpenConnectionAsync();
        var shares = (
            await connection.QueryAsync<(string Worker, long Count)>(
                "SELECT intended_by, count(*) FROM payouts.bank_call GROUP BY intended_by"
            )
        ).ToArray();
        Assert.That(shares.Select(s => s.Worker), Is.EquivalentTo(new[] { "worker-1", "worker-2" }));
        Assert.That(shares.Select(s => s.Count), Has.All.GreaterThan(120), "each a tenth at least");
    }

    [Test]
    public async Task A_killed_workers_payouts_are_taken_over()
    {
        await using var town = await StartAsync(workers: 2);
        var victim = town.Workers[0];
        var killed = new TaskCompletionSource();
        town.Bank.Events.Happened += happened =>
        {
            if (happened is not { Kind: BankEventKind.Started, Count: 20 })
                return;
            UnixProcess.Send(victim.Process.Id, Signal.Kill);
            killed.SetResult();
        };
        await InsertAsync(town, 100);
        await killed.Task.WaitAsync(Patience);
        var since = Stopwatch.StartNew();
        await AllPaidAsync(town, 100);
        await TestContext.Out.WriteLineAsync($"{Name}: all paid {since.Elapsed.TotalSeconds:0.0} s after the kill");
    }

    [Test]
    public async Task A_stop_lets_calls_end_and_begins_none()
    {
        await using var town = await StartAsync(workers: 1);
        var started = town.Bank.Events.WaitForAsync(
            e => e is { Kind: BankEventKind.Started, Count: 30 },
            Patience,
            CancellationToken.None
        );
        await InsertAsync(town, 300);
        await started;
        var since = Stopwatch.StartNew();
        Assert.That(await town.Workers[0].StopAsync(), Is.Zero);
        await TestContext.Out.WriteLineAsync($"{Name}: stopped in {since.Elapsed.TotalSeconds:0.0} s");
        Assert.That(since.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
        Assert.That(
            await ScalarAsync<long>(town, "SELECT count(*) FROM payouts.bank_call WHERE outcome IS NULL"),
            Is.Zero,
            "calls without an answer"
        );
        await town.StartWorkerAsync("successor", CancellationToken.None);
        await AllPaidAsync(town, 300);
    }

    [Test]
    public async Task A_stop_switch_is_obeyed_and_its_end_too()
    {
        await using var town = await StartAsync(workers: 1);
        await ExecuteAsync(town, "SELECT payouts.stop('all', '', 'test')");
        await InsertAsync(town, 20);
        // Long enough for several looks of any scheduler, the net's among them.
        await Task.Delay(TimeSpan.FromSeconds(2));
        Assert.That(await ScalarAsync<long>(town, "SELECT count(*) FROM payouts.bank_call"), Is.Zero);
        await ExecuteAsync(town, "SELECT payouts.resume('all', '', 'test')");
        await AllPaidAsync(town, 20);
    }

    protected async Task<Town> StartAsync(
        int workers,
        Dictionary<string, object>? settings = null,
        BankDelays? delays = null
    )
    {
        var database = await Cluster.NewDatabaseAsync();
        return await StartAsync(database, workers, settings, delays);
    }

    protected async Task<Town> StartAsync(
        string database,
        int workers,
        Dictionary<string, object>? settings = null,
        BankDelays? delays = null
    )
    {
        var options = new TownOptions
        {
            Scale = 0.1,
            BankDelays =
                delays ?? new() { Check = TimeSpan.FromMilliseconds(200), Pay = TimeSpan.FromMilliseconds(200) },
            WorkerSettings = new Dictionary<string, object>(settings ?? []) { ["Worker:Scheduler"] = Setting },
        };
        var town = await Town.StartAsync(options, Cluster.Server, database, CancellationToken.None);
        for (var i = 1; i <= workers; i++)
            await town.StartWorkerAsync($"worker-{i}", CancellationToken.None);
        return town;
    }

    internal static async Task InsertAsync(Town town, int count)
    {
        await using var connection = await town.Erp.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO payouts.outbox (erp_key, method, amount, sender_account, recipient_name, recipient_account,
                                        recipient_bik, purpose)
            SELECT 'job-' || n, 'account', 1000 + i, @sender, 'Petrov Petr', '408178107' || lpad(n::text, 11, '0'),
                   '044525974', 'Fee. VAT exempt'
            FROM (SELECT count(*) AS before FROM payouts.status) AS s
            CROSS JOIN LATERAL (SELECT i, s.before + i AS n FROM generate_series(1, @count) AS i) AS o
            """,
            new { sender = Town.Sender, count }
        );
    }

    protected static async Task AllPaidAsync(Town town, long count)
    {
        await UntilAsync(
            $"{count} payouts to be paid",
            async () =>
                await ScalarAsync<long>(town, "SELECT count(*) FROM payouts.outbox WHERE state = 'paid'") == count
        );
        Assert.That(town.Bank.Ledger.Count, Is.EqualTo(count));
        Assert.That(town.Bank.Ledger.Repeated(), Is.Empty);
    }

    protected static Task UntilAsync(string what, Func<Task<bool>> condition) =>
        Poll.UntilAsync(what, _ => condition(), Patience, CancellationToken.None);

    internal static async Task<T> ScalarAsync<T>(Town town, string sql, object? parameters = null)
    {
        await using var connection = await town.Admin.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    protected static async Task ExecuteAsync(Town town, string sql)
    {
        await using var connection = await town.Admin.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }
}
