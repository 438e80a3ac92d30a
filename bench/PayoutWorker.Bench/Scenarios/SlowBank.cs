using System.Diagnostics;
using PayoutWorker.Bench.Machine;
using PayoutWorker.Bench.Peers;
using PayoutWorker.Bench.Reporting;

namespace PayoutWorker.Bench.Scenarios;

/// <summary>
/// Scenario 6: a bank that takes a second for each answer, fails one call in twenty with 5xx and takes fifty calls a
/// second. A payout needs three calls, so sixteen payouts a second are the best there can be.
/// </summary>
internal static class SlowBank
{
    private const int CallsPerPayout = 3;
    private const int CallsPerSecond = 50;

    // The product is told the limit, less one: the bank's clock and ours are not the same.
    private const string Told = "49";
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(1);

    public static async Task<Result> RunAsync(
        Bench bench,
        Peer peer,
        int round,
        TimeSpan time,
        CancellationToken cancellationToken
    )
    {
        var bank = new BankBehaviour(Answer)
        {
            KeepsEvents = true,
            MaxCallsPerSecond = CallsPerSecond,
            Faults = new { seed = round, calls = new { error_before = 0.05 } },
        };
        var ground = await bench.PrepareAsync(peer, bank, cancellationToken);
        await using var measured = new Measured(peer, ground);
        var settings = (peer as Product)?.Settings;
        settings?.Add("Bank:Projects:0:CallsPerSecond", Told);
        await measured.StartAsync(1, cancellationToken);
        settings?.Clear();
        var began = Stopwatch.GetTimestamp();
        await measured.InsertAsync(10_000, cancellationToken);
        // First the pipe fills, and what failed begins to come again, which is after the quarantine of 100 s.
        var warm = time * 2 / 3;
        await Task.Delay(warm, cancellationToken);
        var (before, from) = (await peer.PaidAsync(ground, cancellationToken), Stopwatch.GetTimestamp());
        await Task.Delay(time - warm, cancellationToken);
        var paid = await peer.PaidAsync(ground, cancellationToken) - before;
        var goodput = paid / Stopwatch.GetElapsedTime(from).TotalSeconds;
        var seen = await BankEvents.ReadAsync(ground, cancellationToken);
        var best = Math.Min(CallsPerSecond, Product.Concurrency / Answer.TotalSeconds) * 0.95 / CallsPerPayout;
        return new Result(6, "", peer.Name, round)
        {
            Figures = new()
            {
                ["payouts/s"] = goodput,
                ["best possible"] = best,
                ["share of it"] = goodput / best,
                ["payees paid twice"] = await PaidTwiceAsync(ground, cancellationToken),
                ["orders known to the bank"] = seen.All.Count(),
                ["calls refused as too many"] = seen.Counters["too_many"],
                ["questions"] = seen.Counters["status_asked"],
                ["memory MB"] = measured.Processes.Sum(process => Cpu.MegabytesOf(process.Id)),
            },
        };
    }

    private static async Task<double> PaidTwiceAsync(Ground ground, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri(ground.BankAddress, "control/ledger"), cancellationToken);
        using var document = System.Text.Json.JsonDocument.Parse(text);
        return document
            .RootElement.GetProperty("entries")
            .EnumerateArray()
            .GroupBy(entry => entry.GetProperty("payee").GetString())
            .Count(payee => payee.Count() > 1);
    }
}
