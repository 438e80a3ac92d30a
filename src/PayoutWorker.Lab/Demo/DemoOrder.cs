using PayoutWorker.Lab.Towns;

namespace PayoutWorker.Lab.Demo;

/// <summary>One payout of the demo: what the ERP orders, and how it must end.</summary>
/// <param name="Payee">Account or card number; no other payout of the demo has it.</param>
/// <param name="Amount">Minor units.</param>
internal sealed record DemoOrder(string Key, DemoKind Kind, string Payee, long Amount);

/// <summary>The orders of a run: the same seed gives the same.</summary>
internal static class DemoPlan
{
    public static IReadOnlyList<DemoOrder> Of(int payouts, int seed)
    {
        var random = new Random(seed);
        List<DemoKind> kinds = [.. Spread(payouts)];
        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(kinds));
        return
        [
            .. kinds.Select(
                (kind, i) =>
                    new DemoOrder(
                        $"DEMO-{seed}-{i + 1:00000}",
                        kind,
                        kind.Card ? CardNumber.Of(i) : $"40817810{random.Next(1000):000}{i:000000000}",
                        random.Next(100, 5_000_000)
                    )
            ),
        ];
    }

    // One of each story at least, where there is room; the rest in the proportion of their shares.
    private static IEnumerable<DemoKind> Spread(int payouts)
    {
        var (all, total) = (DemoKind.All, DemoKind.All.Sum(kind => kind.Share));
        var rest = Math.Max(0, payouts - all.Count);
        var counts = all.Select(kind => 1 + (int)((long)rest * kind.Share / total)).ToArray();
        counts[0] += Math.Max(0, payouts - counts.Sum());
        return all.SelectMany((kind, i) => Enumerable.Repeat(kind, counts[i])).Take(payouts);
    }
}
