using System.Diagnostics;
using Bank131.Simulator;
using PayoutWorker.HangfireScheduling;
using PayoutWorker.Lab.Processes;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.IntegrationTests.Schedulers;

/// <summary>The figures of docs/operations.md: the same load on each scheduler. They judge nothing.</summary>
[Explicit("Measures, and takes its time")]
internal sealed class SchedulerFigures
{
    private const int Load = 2000;
    private const int Singles = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [TestCase("BuiltIn", 1)]
    [TestCase("BuiltIn", 2)]
    [TestCase("Hangfire", 1)]
    [TestCase("Hangfire", 2)]
    [TestCase("Hangfire", 1, 1)]
    public async Task Of(string scheduler, int workers, int? batchSize = null)
    {
        if (scheduler == "Hangfire" && HangfireModule.ReasonForAbsence is { } reason)
            Assert.Ignore(reason);
        var settings = new Dictionary<string, object>
        {
            ["Worker:Scheduler"] = scheduler,
            // The real 10 s at this scale: what the net takes has no job.
            ["Timings:NetPatience"] = "100 s",
        };
        if (batchSize is { } size)
            settings["Worker:BatchSize"] = size;
        var options = new TownOptions
        {
            Scale = 0.1,
            BankDelays = new() { Check = TimeSpan.FromMilliseconds(50), Pay = TimeSpan.FromMilliseconds(50) },
            WorkerSettings = settings,
        };
        var database = await Cluster.NewDatabaseAsync();
        await using var town = await Town.StartAsync(options, Cluster.Server, database, CancellationToken.None);
        for (var i = 1; i <= workers; i++)
            await town.StartWorkerAsync($"worker-{i}", CancellationToken.None);
        await InsertAsync(town, 200);
        await PaidAsync(town, 200);

        var name = $"{scheduler}, {workers} worker(s){(batchSize is null ? "" : $", batch size {batchSize}")}";
        await TestContext.Out.WriteLineAsync($"{name}: {await PickUpAsync(town)}");
        await TestContext.Out.WriteLineAsync($"{name}: {await LoadAsync(town)}");
        if (workers > 1)
            await TestContext.Out.WriteLineAsync($"{name}: {await TakeOverAsync(town)}");
    }

    private static async Task<string> PickUpAsync(Town town)
    {
        List<double> times = [];
        for (var i = 1; i <= Singles; i++)
        {
            // Longer than a drive job lingers: each finds the worker idle.
            await Task.Delay(400);
            var called = town.Bank.Events.WaitForAsync(
                e => e.Kind == BankEventKind.Created && e.Count == 200 + i,
                Patience,
                CancellationToken.None
            );
            var since = Stopwatch.GetTimestamp();
            await InsertAsync(town, 1);
            await called;
            times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            await PaidAsync(town, 200 + i);
        }
        times.Sort();
        return $"insert to first bank call p50 {times[Singles / 2]:0} ms, p99 {times[^2]:0} ms, worst {times[^1]:0} ms";
    }

    private static async Task<string> LoadAsync(Town town)
    {
        var (jobs, commits, connections) = (await JobsAsync(town), await CommitsAsync(town), 0L);
        var since = Stopwatch.StartNew();
        await InsertAsync(town, Load);
        await PaidAsync(
            town,
            200 + Singles + Load,
            async () =>
                connections = Math.Max(
                    connections,
                    await ScalarAsync<long>(
                        town,
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'payouts_worker'"
                    )
                )
        );
        var seconds = since.Elapsed.TotalSeconds;
        // Sessions report what they committed after a second at the latest.
        await Task.Delay(1500);
        return $"{Load} payouts in {seconds:0.0} s, {Load / seconds:0} a second; "
            + $"{(double)(await CommitsAsync(town) - commits) / Load:0.0} commits a payout, {connections} connections, "
            + $"{await JobsAsync(town) - jobs} jobs";
    }

    private static async Task<string> TakeOverAsync(Town town)
    {
        var paid = 200 + Singles + Load;
        var started = town.Bank.Events.WaitForAsync(
            e => e is { Kind: BankEventKind.Started } && e.Count == paid + 20,
            Patience,
            CancellationToken.None
        );
        await InsertAsync(town, 100);
        await started;
        await town.Workers[1].KillAsync();
        var since = Stopwatch.StartNew();
        await UntilAsync(
            "the killed worker's payouts to have another owner or none",
            async () => await ScalarAsync<long>(town, "SELECT count(*) FROM payouts.work WHERE owner = 'worker-2'") == 0
        );
        var taken = since.Elapsed.TotalSeconds;
        await PaidAsync(town, paid + 100);
        return $"killed worker's payouts taken over in {taken:0.0} s, all paid after {since.Elapsed.TotalSeconds:0.0} s "
            + "(lease 6 s, quarantine 10 s)";
    }

    private static Task InsertAsync(Town town, int count) => SchedulerContract.InsertAsync(town, count);

    private static Task PaidAsync(Town town, long count, Func<Task>? meanwhile = null) =>
        UntilAsync(
            $"{count} payouts to be paid",
            async () =>
            {
                if (meanwhile is not null)
                    await meanwhile();
                return await ScalarAsync<long>(town, "SELECT count(*) FROM payouts.outbox WHERE state = 'paid'")
                    == count;
            }
        );

    private static Task UntilAsync(string what, Func<Task<bool>> condition) =>
        Poll.UntilAsync(what, _ => condition(), Patience, CancellationToken.None);

    private static Task<T> ScalarAsync<T>(Town town, string sql) => SchedulerContract.ScalarAsync<T>(town, sql);

    private static Task<long> CommitsAsync(Town town) =>
        ScalarAsync<long>(town, "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()");

    private static async Task<long> JobsAsync(Town town) =>
        await ScalarAsync<bool>(town, "SELECT to_regclass('hangfire.job') IS NOT NULL")
            ? await ScalarAsync<long>(town, "SELECT count(*) FROM hangfire.job")
            : 0;
}
