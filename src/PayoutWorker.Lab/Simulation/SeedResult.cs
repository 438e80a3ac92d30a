using PayoutWorker.Lab.Simulation.Faults;

namespace PayoutWorker.Lab.Simulation;

/// <summary>What one seed came to.</summary>
internal sealed record SeedResult(
    int Seed,
    IReadOnlyList<string> Failures,
    Coverage Coverage,
    IReadOnlyList<string> Trace,
    long Steps
);
