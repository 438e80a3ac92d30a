using PayoutWorker.Decisions;
using PayoutWorker.Driving;
using PayoutWorker.Lab.Simulation.Engine;
using PayoutWorker.Lab.Simulation.Faults;
using PayoutWorker.Lab.Simulation.Judging;
using PayoutWorker.Lab.Simulation.Model;
using PayoutWorker.Store;

namespace PayoutWorker.Lab.Simulation.Actors;

/// <summary>
/// What lies between the product's drive and the model, and what a seed decides. Tests plant a bug there to see it
/// caught (the product itself has no switch for a bug), and the fault matrix plants its one fault.
/// </summary>
internal sealed record SimulationParts
{
    public Func<IPayoutStore, IPayoutStore> Store { get; init; } = store => store;
    public Func<IBank, IBank> Bank { get; init; } = bank => bank;
    public Func<Policy, Policy> Policy { get; init; } = policy => policy;
    public Func<World, Judge, TimeSpan, ModelStore> Model { get; init; } =
        (world, judge, firstReturnWatch) => new ModelStore(world, judge, firstReturnWatch);

    public Func<int, World, SeedPlan> Plan { get; init; } = SeedPlanner.Make;
    public Func<World, SeedPlan, FaultDice> Dice { get; init; } =
        (world, plan) => new FaultDice(world, plan.FaultRate, plan.FaultBudget);

    /// <summary>By worker's name: how far its wall clock is off.</summary>
    public Func<string, TimeSpan> ClockError { get; init; } = _ => TimeSpan.Zero;

    /// <summary>What a webhook makes ready is handed to the drive; else it is claimed, as where no drive is under way.</summary>
    public bool HandsOver { get; init; } = true;

    /// <summary>Called once before the first order comes.</summary>
    public Action<Stage> Set { get; init; } = _ => { };
}
