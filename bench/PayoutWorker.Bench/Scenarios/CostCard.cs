using System.Diagnostics;
using PayoutWorker.Bench.Machine;
using PayoutWorker.Bench.Peers;
using PayoutWorker.Bench.Reporting;

namespace PayoutWorker.Bench.Scenarios;

/// <summary>
/// Scenario 2: what one payout costs in things that can be counted. Page images are switched off for it, since how many
/// there are says when the last checkpoint was and not what a payout writes; nothing is timed here.
/// </summary>
internal static class CostCard
{
    public static async Task<Result> RunAsync(
        Bench bench,
        Peer peer,
        int round,
        int count,
        CancellationToken cancellationToken
    )
    {
        var ground = await bench.PrepareAsync(peer, BankBehaviour.Quick, cancellationToken);
        await using var measured = new Measured(peer, ground);
        await ground.ExecuteAsync("ALTER SYSTEM SET full_page_writes = off", cancellationToken);
        await ground.ExecuteAsync("SELECT pg_reload_conf()", cancellationToken);
        try
        {
            await measured.StartAsync(1, cancellationToken);
            await measured.WarmUpAsync(cancellationToken);
            var position = await WalShare.PositionAsync(ground.Admin, cancellationToken);
            await ground.ExecuteAsync("SELECT pg_stat_statements_reset()", cancellationToken);
            var (allocatedBefore, jobsBefore) = await AsideAsync();
            var (before, began) = (await measured.LookAsync(cancellationToken), Stopwatch.GetTimestamp());
            await measured.InsertAsync(count, cancellationToken);
            await measured.UntilPaidAsync(TimeSpan.FromMinutes(10), cancellationToken);
            var took = Stopwatch.GetElapsedTime(began);
            var all = await measured.LookAsync(cancellationToken) - before;
            var used = all.Database;
            var (allocated, jobs) = await AsideAsync();
            if (bench.Options.Profile)
            {
                await ProfileAsync(ground, position, count, cancellationToken);
                Bench.Say(
                    $"  {count / took.TotalSeconds:0} payouts/s; CPU ms a payout: worker {all.Worker * 1000 / count:0.00}, "
                        + $"PostgreSQL {all.Postgres * 1000 / count:0.00}, bank {all.Bank * 1000 / count:0.00}"
                );
            }
            var result = new Result(2, "", peer.Name, round)
            {
                Figures = new()
                {
                    ["statements"] = (double)used.Statements / count,
                    ["commits"] = (double)used.Commits / count,
                    ["fsyncs"] = (double)used.Syncs / count,
                    ["wal kB"] = used.WalBytes / 1000.0 / count,
                },
            };
            if (allocated - allocatedBefore is { } bytes)
                result.Figures["allocated kB"] = bytes / 1000 / count;
            if (jobs - jobsBefore is { } made)
                result.Figures["Hangfire jobs"] = (double)made / count;
            return result;
        }
        finally
        {
            await ground.ExecuteAsync("ALTER SYSTEM RESET full_page_writes", CancellationToken.None);
            await ground.ExecuteAsync("SELECT pg_reload_conf()", CancellationToken.None);
        }

        // Outside of what is counted: to ask is work for the worker too.
        async Task<(double? Allocated, long? Jobs)> AsideAsync() =>
            (
                await peer.AllocatedAsync(cancellationToken),
                peer.JobsSql is { } sql ? await ground.ScalarAsync<long>(sql, cancellationToken) : null
            );
    }

    private static async Task ProfileAsync(
        Ground ground,
        string position,
        int count,
        CancellationToken cancellationToken
    )
    {
        foreach (var share in (await WalShare.SinceAsync(ground.Admin, position, cancellationToken)).Take(60))
            Bench.Say(
                $"  {share.Relation ?? "-", -32} {share.Kind, -28} {(double)share.Records / count, 8:0.00} records"
                    + $" {(double)share.Bytes / count, 8:0} bytes"
            );
        foreach (var statement in await StatementShare.TopAsync(ground.Admin, cancellationToken))
            Bench.Say(
                $"  {statement.Calls, 8} calls, {statement.Plans, 6} plans {statement.PlanMs / count, 8:0.000} ms a payout, {statement.Ms / statement.Calls, 8:0.000} ms each"
                    + $" {statement.Ms / count, 8:0.000} ms a payout  {statement.Query}"
            );
    }
}
