using System.Diagnostics;
using PayoutWorker.Bench.Peers;
using PayoutWorker.Bench.Reporting;

namespace PayoutWorker.Bench.Scenarios;

/// <summary>Scenario 10: the same heap with one, two and four processes.</summary>
internal static class ManyProcesses
{
    public static async Task<Result> RunAsync(
        Bench bench,
        Peer peer,
        int round,
        int processes,
        int count,
        CancellationToken cancellationToken
    )
    {
        // A bank that takes its time: what is measured is whether processes get in each other's way.
        var bank = new BankBehaviour(TimeSpan.FromMilliseconds(100));
        var ground = await bench.PrepareAsync(peer, bank, cancellationToken);
        await using var measured = new Measured(peer, ground);
        await measured.StartAsync(processes, cancellationToken);
        await measured.WarmUpAsync(cancellationToken);
        var before = await measured.LookAsync(cancellationToken);
        var began = Stopwatch.GetTimestamp();
        await measured.InsertAsync(count, cancellationToken);
        await measured.UntilPaidAsync(TimeSpan.FromMinutes(10), cancellationToken);
        var took = Stopwatch.GetElapsedTime(began);
        var used = await measured.LookAsync(cancellationToken) - before;
        return new Result(10, "", peer.Name, round)
        {
            Figures = new()
            {
                ["payouts/s"] = count / took.TotalSeconds,
                ["worker ms"] = used.Worker * 1000 / count,
                ["postgres ms"] = used.Postgres * 1000 / count,
            },
        };
    }
}
