using PayoutWorker.Lab.Simulation.Engine;
using PayoutWorker.Lab.Simulation.Judging;
using PayoutWorker.Lab.Simulation.Model;

namespace PayoutWorker.Lab.Tests.Simulation.Planted;

/// <summary>A claim that leaves the fence as it was.</summary>
internal sealed class StaleFenceStore(World world, Judge judge, TimeSpan firstReturnWatch)
    : ModelStore(world, judge, firstReturnWatch)
{
    protected override long FenceOfClaim(long fence) => fence;
}
