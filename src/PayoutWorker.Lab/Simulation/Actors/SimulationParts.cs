using PayoutWorker.Decisions;
using PayoutWorker.Driving;
using PayoutWorker.Lab.Simulation.Engine;
using PayoutWorker.Lab.Simulation.Judging;
using PayoutWorker.Lab.Simulation.Model;
using PayoutWorker.Store;

namespace PayoutWorker.Lab.Simulation.Actors;

/// <summary>
/// What lies between the product's drive and the model. Nothing, but for the tests that plant a bug there to see it
/// caught: the product itself has no switch for a bug.
/// </summary>
internal sealed record SimulationParts
{
    public Func<IPayoutStore, IPayoutStore> Store { get; init; } = store => store;
    public Func<IBank, IBank> Bank { get; init; } = bank => bank;
    public Func<Policy, Policy> Policy { get; init; } = policy => policy;
    public Func<World, Judge, TimeSpan, ModelStore> Model { get; init; } =
        (world, judge, firstReturnWatch) => new ModelStore(world, judge, firstReturnWatch);
}
