using PayoutWorker.Bench.Peers;
using PayoutWorker.Bench.Reporting;

namespace PayoutWorker.Bench.Scenarios;

/// <summary>A scenario in one of its variants: who takes part, and one measurement of one peer.</summary>
internal sealed record Plan(
    int Scenario,
    string Variant,
    Who Who,
    Func<Bench, Peer, int, CancellationToken, Task<Result>> MeasureAsync
)
{
    // A round on a machine that changes under it is repeated this often.
    private const int TriesMax = 3;

    public const string NoLatency = "bank 0 ms";

    public static IReadOnlyList<Plan> All { get; } =
    [
        new(1, NoLatency, Who.All, (b, p, r, t) => BurnDown.RunAsync(b, p, r, Few(b, 5000), TimeSpan.Zero, t)),
        new(1, "bank 100 ms", Who.All, (b, p, r, t) => BurnDown.RunAsync(b, p, r, Few(b, 5000), Ms(100), t)),
        new(2, "cost card", Who.All, (b, p, r, t) => CostCard.RunAsync(b, p, r, Few(b, 5000), t)),
        new(3, "half of the maximum", Who.All, (b, p, r, t) => OpenLoop.RunAsync(b, p, r, 0, Short(b, 30), t)),
        new(4, "one every 200 ms", Who.ProductAndBare, (b, p, r, t) => OpenLoop.RunAsync(b, p, r, 5, Short(b, 60), t)),
        new(
            5,
            "a heap",
            Who.ProductAndBare,
            (b, p, r, t) => Backlog.RunAsync(b, p, r, Few(b, 100_000), Short(b, 60), t)
        ),
        new(5, "the ERP's insert", Who.Product, (b, p, r, t) => ErpInsert.RunAsync(b, p, r, Few(b, 100_000), t)),
        new(6, "slow bank", Who.Product, (b, p, r, t) => SlowBank.RunAsync(b, p, r, Short(b, 180), t)),
        new(
            7,
            "a million open, ten million final",
            Who.Product,
            (b, p, r, t) => LongHistory.RunAsync(b, p, r, Few(b, 10_000_000), Few(b, 1_000_000), t)
        )
        {
            RoundsMax = 1,
        },
        new(
            8,
            "a transaction held open",
            Who.ProductAndBare,
            (b, p, r, t) => HeldOpen.RunAsync(b, p, r, Short(b, 180), t)
        )
        {
            RoundsMax = 1,
        },
        new(9, "a flood of webhooks", Who.Product, (b, p, r, t) => Flood.RunAsync(b, p, r, Few(b, 5000), t)),
        .. new[] { 1, 2, 4 }.Select(n => new Plan(
            10,
            n == 1 ? "1 process" : $"{n} processes",
            Who.Product,
            (b, p, r, t) => ManyProcesses.RunAsync(b, p, r, n, Few(b, 5000), t)
        )),
        new(11, "half an hour", Who.Product, (b, p, r, t) => Soak.RunAsync(b, p, r, Few(b, 100_000), Short(b, 1800), t))
        {
            RoundsMax = 1,
        },
        new(12, "no work", Who.Engines, (b, p, r, t) => NoWork.RunAsync(b, p, r, Few(b, 100_000), t)),
    ];

    /// <summary>Long ones are not repeated.</summary>
    public int RoundsMax { get; init; } = int.MaxValue;

    /// <summary>All rounds, the peers taking turns in each.</summary>
    public async Task RunAsync(Bench bench, IReadOnlyList<Peer> peers, CancellationToken cancellationToken)
    {
        for (var round = 1; round <= Math.Min(bench.Options.Rounds, RoundsMax); round++)
            foreach (var peer in peers.Where(TakesPart))
            {
                if (bench.Results.Has(Scenario, Variant, peer.Name, round))
                    continue;
                Bench.Say($"scenario {Scenario}, {Variant}, round {round}: {peer.Name}");
                var result = await MeasureAsync(bench, peer, round, cancellationToken);
                for (var tries = 1; result.Drifted && tries < TriesMax; tries++)
                {
                    Bench.Say($"  the machine changed by {result.Figures["drift"]:0%} meanwhile: once more");
                    result = await MeasureAsync(bench, peer, round, cancellationToken);
                }
                bench.Results.Add(result with { Scenario = Scenario, Variant = Variant });
                Bench.Say("  " + string.Join(", ", result.Figures.Select(f => $"{f.Key} {f.Value:0.###}")));
            }
    }

    private bool TakesPart(Peer peer) =>
        Who switch
        {
            Who.Product => peer is Product,
            Who.ProductAndBare => peer is Product || peer.Name == PeerList.Bare,
            Who.Engines => peer.Noop is not null,
            _ => true,
        };

    private static int Few(Bench bench, int count) => bench.Options.Quick ? count / 10 : count;

    private static TimeSpan Short(Bench bench, int seconds) =>
        TimeSpan.FromSeconds(bench.Options.Quick ? seconds / 6.0 : seconds);

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}

/// <summary>Who takes part in a scenario.</summary>
internal enum Who
{
    All,
    ProductAndBare,
    Product,

    /// <summary>Job engines that can be given jobs that do nothing.</summary>
    Engines,
}
