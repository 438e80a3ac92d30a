using PayoutWorker.Lab.Simulation;

namespace PayoutWorker.Lab.Tests.Simulation;

[Parallelizable(ParallelScope.None)]
internal sealed class SimulationTests
{
    private const int Seeds = 1_500;

    [Test]
    public void No_seed_loses_a_payout_or_pays_it_twice()
    {
        var summary = SimulationSummary.Run(1, Seeds);

        TestContext.Out.WriteLine($"{summary.Coverage.Total} faults, {summary.Steps} steps");
        Assert.That(summary.Seeds, Is.EqualTo(Seeds));
        Assert.That(summary.Coverage.Total, Is.GreaterThan(3 * Seeds));
        Assert.That(
            summary.Failed.Select(seed => $"seed {seed.Seed}: {string.Join("; ", seed.Failures)}"),
            Is.Empty,
            "replay one with ./payouts simulate --seed N --trace"
        );
    }

    [Test]
    public void The_same_seed_goes_the_same_way([Values(3, 40, 1016)] int seed)
    {
        var once = SeedRun.Run(seed, tracing: true);
        var again = SeedRun.Run(seed, tracing: true);

        Assert.That(once.Trace, Has.Count.GreaterThan(50));
        Assert.That(again.Trace, Is.EqualTo(once.Trace));
        Assert.That(SeedRun.Run(seed).Steps, Is.EqualTo(once.Steps), "tracing changes nothing");
    }

    [Test]
    public void Another_seed_goes_another_way() =>
        Assert.That(SeedRun.Run(4, tracing: true).Trace, Is.Not.EqualTo(SeedRun.Run(3, tracing: true).Trace));
}
