using PayoutWorker.Decisions;
using PayoutWorker.Lab.Simulation.Engine;
using PayoutWorker.Lab.Simulation.Faults;
using PayoutWorker.Lab.Simulation.Judging;
using PayoutWorker.Lab.Simulation.Model;

namespace PayoutWorker.Lab.Simulation.Actors;

/// <summary>The worker processes of a seed, and what they share.</summary>
internal sealed class WorkerPool(SeedPlan plan, SimulationParts parts, World world, ModelStore model, Judge judge)
{
    private readonly List<SimulatedWorker> _workers = [];
    private int _started;

    public World World => world;
    public ModelStore Model => model;
    public Judge Judge => judge;
    public SimulationParts Parts => parts;
    public SeedPlan Plan => plan;
    public required FaultDice Dice { get; init; }
    public required BankSide Bank { get; init; }
    public Policy Policy { get; } = parts.Policy(plan.Policy);
    public int Slots => plan.Slots;
    public int InProgressMax => plan.InProgressMax;

    public void Start()
    {
        for (var i = 0; i < plan.Workers; i++)
            Add();
    }

    public void Replace(SimulatedWorker worker, TimeSpan after)
    {
        _workers.Remove(worker);
        world.At(after, Add);
    }

    public void ThawAll()
    {
        foreach (var worker in _workers)
            worker.Context.Thaw();
    }

    /// <summary>Who takes the next webhook; null when nobody can.</summary>
    public SimulatedWorker? Any() => _workers.Count == 0 ? null : _workers[world.Random.Next(_workers.Count)];

    private void Add()
    {
        var worker = new SimulatedWorker($"w{++_started}", this);
        _workers.Add(worker);
        worker.Start();
    }
}
