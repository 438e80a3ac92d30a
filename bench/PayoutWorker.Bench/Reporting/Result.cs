using System.Text.Json;

namespace PayoutWorker.Bench.Reporting;

/// <summary>What one peer showed in one round of one scenario.</summary>
/// <param name="Scenario">1 to 10.</param>
/// <param name="Variant">What distinguishes it within the scenario.</param>
internal sealed record Result(int Scenario, string Variant, string Peer, int Round)
{
    /// <summary>By name; the unit stands in the name.</summary>
    public Dictionary<string, double> Figures { get; init; } = [];

    /// <summary>The machine changed while it was measured by more than a tenth: it does not count.</summary>
    public bool Drifted => Figures.TryGetValue("drift", out var drift) && drift > 0.1;
}

/// <summary>Results as lines of JSON: a run that was broken off goes on where it stopped.</summary>
internal sealed class ResultFile(string path)
{
    private readonly List<Result> _results = File.Exists(path)
        ? [.. File.ReadLines(path).Select(line => JsonSerializer.Deserialize<Result>(line)!)]
        : [];

    public string Path => path;

    public IReadOnlyList<Result> All => _results;

    public bool Has(int scenario, string variant, string peer, int round) =>
        _results.Exists(r => (r.Scenario, r.Variant, r.Peer, r.Round) == (scenario, variant, peer, round));

    public void Add(Result result)
    {
        _results.Add(result);
        File.AppendAllText(path, JsonSerializer.Serialize(result) + Environment.NewLine);
    }
}
