using System.Diagnostics;
using PayoutWorker.Bench.Peers;
using PayoutWorker.Bench.Reporting;

namespace PayoutWorker.Bench.Scenarios;

/// <summary>Beside scenario 5: what the triggers and indexes of the outbox add to the ERP's INSERT of many rows.</summary>
internal static class ErpInsert
{
    public static async Task<Result> RunAsync(
        Bench bench,
        Peer peer,
        int round,
        int count,
        CancellationToken cancellationToken
    )
    {
        await using var ground = await bench.PrepareAsync(peer, BankBehaviour.Quick, cancellationToken);
        var with = await TimeAsync(1);
        await ground.ExecuteAsync("ALTER TABLE payouts.outbox DISABLE TRIGGER USER", cancellationToken);
        var without = await TimeAsync(1 + count);
        return new Result(5, "", peer.Name, round)
        {
            Figures = new()
            {
                ["insert s"] = with,
                ["insert without triggers s"] = without,
                ["ratio"] = with / without,
            },
        };

        async Task<double> TimeAsync(int first)
        {
            var began = Stopwatch.GetTimestamp();
            await peer.InsertAsync(ground, first, count, cancellationToken);
            return Stopwatch.GetElapsedTime(began).TotalSeconds;
        }
    }
}
