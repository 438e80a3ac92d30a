using PayoutWorker.Lab.Simulation.Faults;

namespace PayoutWorker.Lab.Simulation;

/// <summary>What many seeds came to.</summary>
internal sealed class SimulationSummary
{
    private readonly Lock _lock = new();
    private readonly List<SeedResult> _failed = [];

    public Coverage Coverage { get; } = new();
    public int Seeds { get; private set; }
    public long Steps { get; private set; }
    public IReadOnlyList<SeedResult> Failed => _failed;

    public void Add(SeedResult result)
    {
        lock (_lock)
        {
            Seeds++;
            Steps += result.Steps;
            Coverage.Add(result.Coverage);
            if (result.Failures.Count > 0)
                _failed.Add(result);
        }
    }

    /// <summary>Seeds from <paramref name="first"/> on, on all cores: no seed knows of another.</summary>
    public static SimulationSummary Run(
        int first,
        int count,
        Actors.SimulationParts? parts = null,
        CancellationToken cancellationToken = default
    )
    {
        var summary = new SimulationSummary();
        Parallel.For(
            first,
            first + count,
            new ParallelOptions
            {
                MaxDegreeOfParallelism = Environment.ProcessorCount,
                CancellationToken = cancellationToken,
            },
            seed => summary.Add(SeedRun.Run(seed, parts: parts))
        );
        summary._failed.Sort((a, b) => a.Seed.CompareTo(b.Seed));
        return summary;
    }
}
