using PayoutWorker.Lab.Simulation.Actors;
using PayoutWorker.Lab.Simulation.Engine;
using PayoutWorker.Payouts;
using Sim = Bank131.Simulator;

namespace PayoutWorker.Lab.Simulation.Faults;

/// <summary>
/// Decides at every boundary whether something goes wrong there, and what. Some seeds are calm, some stormy. The fault
/// matrix puts a dice in its place that is loaded: one fault, at one boundary.
/// </summary>
internal class FaultDice(World world, double rate, int budget)
{
    private int _left = budget;

    public Coverage Coverage { get; } = new();
    public bool IsOn { get; private set; } = true;

    public void Stop() => IsOn = false;

    /// <summary>What goes wrong at this moment, by weight, or nothing.</summary>
    public virtual FaultKind? Roll(Moment moment, double times = 1)
    {
        if (moment.State is not { } state || FaultLists.At(moment.Boundary) is not { } choices)
            return null;
        if (!IsOn || _left <= 0 || !world.Chance(rate * times))
            return null;
        var (sum, at) = (0, 0);
        foreach (var choice in choices)
            sum += choice.Weight;
        var pick = world.Random.Next(sum);
        while (pick >= choices[at].Weight)
            pick -= choices[at++].Weight;
        Strikes(choices[at].Kind, state);
        return choices[at].Kind;
    }

    /// <summary>Whether people, or somebody on the line, interfere now.</summary>
    public virtual bool Interferes(double share) => IsOn && world.Chance(share);

    /// <summary>A fault of a call in the words of the simulated bank; null for those that are not the bank's.</summary>
    public virtual Sim.CallFault? Carry(FaultKind kind, string path, SeedPlan plan) =>
        CallFaults.Of(kind, path, plan, world);

    /// <summary>How long a pause, a stall or the time until a restart lasts.</summary>
    public virtual TimeSpan Lasts(FaultKind kind, Func<TimeSpan> byChance) => byChance();

    /// <summary>Counts a fault that struck.</summary>
    public void Strikes(FaultKind kind, PayoutState state)
    {
        _left--;
        Coverage.Add(state, kind);
        if (world.Tracing)
            world.Note($"FAULT {kind} at {state.Text()}");
    }
}
