using System.Globalization;

namespace PayoutWorker.Bench.Reporting;

/// <summary>Results as tables in Markdown: medians with the lowest and highest, and the product's ratio to each peer.</summary>
internal static class Tables
{
    private const string Product = "product";
    private const string Rate = "payouts/s";

    public static void Write(IReadOnlyList<Result> results, TextWriter output)
    {
        foreach (var scenario in results.GroupBy(result => (result.Scenario, result.Variant)).OrderBy(g => g.Key))
        {
            output.WriteLine();
            output.WriteLine($"### Scenario {scenario.Key.Scenario}, {scenario.Key.Variant}");
            output.WriteLine();
            var peers = scenario.GroupBy(result => result.Peer).ToList();
            output.WriteLine($"| | {string.Join(" | ", peers.Select(p => p.Key))} |");
            output.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---|", peers.Count))}");
            // Elsewhere the rate is what was ordered, or there is nobody to compare with.
            if (scenario.Key.Scenario == 1 && peers.Find(p => p.Key == Product) is { } product)
                output.WriteLine($"| **product ÷ it** | {string.Join(" | ", peers.Select(p => Ratio(product, p)))} |");
            foreach (var figure in scenario.SelectMany(result => result.Figures.Keys).Distinct())
                output.WriteLine($"| {figure} | {string.Join(" | ", peers.Select(p => Cell(p, figure)))} |");
            var drifted = scenario.Count(result => result.Drifted);
            if (drifted > 0)
                output.WriteLine($"{Environment.NewLine}{drifted} of these were measured on a machine that changed.");
        }
    }

    /// <summary>The middle value; of an even number the lower of the two.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(sorted.Length - 1) / 2];
    }

    // By rounds, so that both saw much the same machine.
    private static string Ratio(IEnumerable<Result> product, IGrouping<string, Result> peer)
    {
        double[] ratios =
        [
            .. from mine in product
            join its in peer on mine.Round equals its.Round
            where peer.Key != Product && mine.Figures.ContainsKey(Rate) && its.Figures.ContainsKey(Rate)
            select mine.Figures[Rate] / its.Figures[Rate],
        ];
        return ratios is [] ? "" : $"**{Text(Median(ratios))}** ({Text(ratios.Min())}–{Text(ratios.Max())})";
    }

    private static string Cell(IEnumerable<Result> rounds, string figure)
    {
        double[] values = [.. rounds.Where(r => r.Figures.ContainsKey(figure)).Select(r => r.Figures[figure])];
        return values switch
        {
            [] => "",
            [var one] => Text(one),
            _ => $"{Text(Median(values))} ({Text(values.Min())}–{Text(values.Max())})",
        };
    }

    private static string Text(double value) =>
        value.ToString(
            Math.Abs(value) switch
            {
                >= 100 => "0",
                >= 10 => "0.0",
                >= 1 => "0.00",
                _ => "0.000",
            },
            CultureInfo.InvariantCulture
        );
}
