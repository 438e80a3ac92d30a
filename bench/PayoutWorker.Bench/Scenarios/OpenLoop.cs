using PayoutWorker.Bench.Machine;
using PayoutWorker.Bench.Peers;
using PayoutWorker.Bench.Reporting;

namespace PayoutWorker.Bench.Scenarios;

/// <summary>
/// Scenarios 3 and 4: payouts ordered one by one at a steady pace, whether or not the ones before are done, and how long
/// each step of theirs waits.
/// </summary>
internal static class OpenLoop
{
    /// <param name="perSecond">Orders a second; 0: half of what this peer burned down in scenario 1 of this run.</param>
    public static async Task<Result> RunAsync(
        Bench bench,
        Peer peer,
        int round,
        double perSecond,
        TimeSpan time,
        CancellationToken cancellationToken
    )
    {
        if (perSecond == 0)
            perSecond = HalfOfMaximum(bench, peer);
        var bank = BankBehaviour.Quick with { KeepsEvents = true };
        var ground = await bench.PrepareAsync(peer, bank, cancellationToken);
        await using var measured = new Measured(peer, ground);
        await measured.StartAsync(1, cancellationToken);
        await measured.WarmUpAsync(cancellationToken);
        var calibration = await Calibration.MeasureAsync(bench.Server, cancellationToken);
        var before = await measured.LookAsync(cancellationToken);
        Dictionary<int, DateTimeOffset> inserted = [];
        var clock = TimeProvider.System;
        var began = clock.GetTimestamp();
        var count = (int)(time.TotalSeconds * perSecond);
        for (var n = 0; n < count; n++)
        {
            var wait = TimeSpan.FromSeconds(n / perSecond) - clock.GetElapsedTime(began);
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, cancellationToken);
            var number = await measured.InsertAsync(1, cancellationToken);
            // Committed: from here on it waits for somebody.
            inserted[number] = clock.GetUtcNow();
        }
        await measured.UntilPaidAsync(TimeSpan.FromMinutes(2), cancellationToken);
        var used = await measured.LookAsync(cancellationToken) - before;
        var seen = await BankEvents.ReadAsync(ground, cancellationToken);
        var after = await Calibration.MeasureAsync(bench.Server, cancellationToken);
        var paid = inserted.Select(i => (At: i.Value, Seen: seen.Of(i.Key)!)).ToList();
        Dictionary<string, double> figures = new()
        {
            ["payouts/s"] = count / clock.GetElapsedTime(began).TotalSeconds,
            ["worker ms"] = used.Worker * 1000 / count,
            ["postgres ms"] = used.Postgres * 1000 / count,
            ["simulator ms"] = used.Bank * 1000 / count,
            ["statements"] = (double)used.Database.Statements / count,
            ["commits"] = (double)used.Database.Commits / count,
            ["drift"] = calibration.DriftTo(after),
        };
        Latencies.AddTo(figures, "insert to first call", paid.Select(p => Positive(p.Seen.Created - p.At)));
        Latencies.AddTo(
            figures,
            "webhook to 200",
            paid.Select(p => p.Seen.ReadyAnswered - p.Seen.ReadySent)
                .Concat(paid.Select(p => p.Seen.FinishAnswered - p.Seen.FinishSent))
        );
        Latencies.AddTo(figures, "ready to confirm", paid.Select(p => p.Seen.Confirmed - p.Seen.ReadySent));
        Latencies.AddTo(figures, "insert to settled", paid.Select(p => p.Seen.Settled - p.At));
        return new Result(3, "", peer.Name, round) { Figures = figures };
    }

    // The insert's commit is seen by the worker before its answer is seen here.
    private static TimeSpan Positive(TimeSpan wait) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait;

    private static double HalfOfMaximum(Bench bench, Peer peer)
    {
        var rates = bench
            .Results.All.Where(r => r.Scenario == 1 && r.Variant == Plan.NoLatency && r.Peer == peer.Name)
            .Select(r => r.Figures["payouts/s"])
            .ToArray();
        return rates.Length > 0
            ? Reporting.Tables.Median(rates) / 2
            : throw new InvalidOperationException("scenario 3 needs the rates of scenario 1: measure that first");
    }
}
