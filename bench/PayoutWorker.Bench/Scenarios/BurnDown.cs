using System.Diagnostics;
using PayoutWorker.Bench.Machine;
using PayoutWorker.Bench.Peers;
using PayoutWorker.Bench.Reporting;

namespace PayoutWorker.Bench.Scenarios;

/// <summary>Scenarios 1 and 2: a heap of payouts ordered at once, until the last one is paid.</summary>
internal static class BurnDown
{
    public static async Task<Result> RunAsync(
        Bench bench,
        Peer peer,
        int round,
        int count,
        TimeSpan answer,
        CancellationToken cancellationToken
    )
    {
        var ground = await bench.PrepareAsync(peer, new BankBehaviour(answer), cancellationToken);
        await using var measured = new Measured(peer, ground);
        await measured.StartAsync(1, cancellationToken);
        await measured.WarmUpAsync(cancellationToken);
        await ground.ExecuteAsync("CHECKPOINT", cancellationToken);
        var calibration = await Calibration.MeasureAsync(bench.Server, cancellationToken);
        var before = await measured.LookAsync(cancellationToken);
        var began = Stopwatch.GetTimestamp();
        await measured.InsertAsync(count, cancellationToken);
        var inserted = Stopwatch.GetElapsedTime(began);
        await measured.UntilPaidAsync(TimeSpan.FromMinutes(10), cancellationToken);
        var took = Stopwatch.GetElapsedTime(began);
        var used = await measured.LookAsync(cancellationToken) - before;
        var after = await Calibration.MeasureAsync(bench.Server, cancellationToken);
        var database = used.Database;
        return new Result(
            1,
            answer == TimeSpan.Zero ? "bank 0 ms" : $"bank {answer.TotalMilliseconds:0} ms",
            peer.Name,
            round
        )
        {
            Figures = new()
            {
                ["payouts/s"] = count / took.TotalSeconds,
                ["insert s"] = inserted.TotalSeconds,
                ["worker ms"] = used.Worker * 1000 / count,
                ["postgres ms"] = used.Postgres * 1000 / count,
                ["simulator ms"] = used.Bank * 1000 / count,
                ["cpu / rsa"] = (used.Worker + used.Postgres) * 1000 / count / calibration.RsaMs,
                ["worker / floor"] = used.Worker * 1000 / count / calibration.FloorMs,
                ["statements"] = (double)database.Statements / count,
                ["commits"] = (double)database.Commits / count,
                ["fsyncs"] = (double)database.Syncs / count,
                ["wal kB"] = database.WalBytes / 1000.0 / count,
                ["page images"] = (double)database.PageImages / count,
                ["memory MB"] = measured.Processes.Sum(process => Cpu.MegabytesOf(process.Id)),
                ["sign ms"] = calibration.SignMs,
                ["commit ms"] = calibration.CommitMs,
                ["drift"] = calibration.DriftTo(after),
            },
        };
    }
}
