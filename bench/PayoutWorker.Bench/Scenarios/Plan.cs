using PayoutWorker.Bench.Peers;
using PayoutWorker.Bench.Reporting;

namespace PayoutWorker.Bench.Scenarios;

/// <summary>A scenario in one of its variants: who takes part, and one measurement of one peer.</summary>
/// <param name="OfAll">Every peer takes part; else only the product and the bare loop.</param>
internal sealed record Plan(
    int Scenario,
    string Variant,
    bool OfAll,
    Func<Bench, Peer, int, CancellationToken, Task<Result>> MeasureAsync
)
{
    // A round on a machine that changes under it is repeated this often.
    private const int TriesMax = 3;

    public static IReadOnlyList<Plan> All { get; } =
    [
        new(1, "bank 0 ms", true, (b, p, r, t) => BurnDown.RunAsync(b, p, r, Count(b, 5000), TimeSpan.Zero, t)),
        new(
            1,
            "bank 100 ms",
            true,
            (b, p, r, t) => BurnDown.RunAsync(b, p, r, Count(b, 5000), TimeSpan.FromMilliseconds(100), t)
        ),
        new(2, "cost card", true, (b, p, r, t) => CostCard.RunAsync(b, p, r, Count(b, 5000), t)),
    ];

    /// <summary>All rounds, the peers taking turns in each.</summary>
    public async Task RunAsync(Bench bench, IReadOnlyList<Peer> peers, CancellationToken cancellationToken)
    {
        for (var round = 1; round <= bench.Options.Rounds; round++)
            foreach (var peer in peers.Where(peer => OfAll || peer is Product || peer.Name == PeerList.Bare))
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

    private static int Count(Bench bench, int count) => bench.Options.Quick ? count / 10 : count;
}
