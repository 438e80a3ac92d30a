using PayoutWorker.Lab.Simulation.Engine;
using PayoutWorker.Payouts;

namespace PayoutWorker.Lab.Simulation.Faults;

/// <summary>
/// Decides at every boundary whether something goes wrong there, and what. Some seeds are calm, some stormy.
/// </summary>
internal sealed class FaultDice(World world, double rate, int budget)
{
    private int _left = budget;

    public Coverage Coverage { get; } = new();
    public bool IsOn { get; private set; } = true;

    public void Stop() => IsOn = false;

    /// <summary>One of these, by weight, or nothing.</summary>
    public FaultKind? Roll(IReadOnlyList<(FaultKind Kind, int Weight)> choices, PayoutState state, double times = 1)
    {
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

    /// <summary>Counts a fault that struck.</summary>
    public void Strikes(FaultKind kind, PayoutState state)
    {
        _left--;
        Coverage.Add(state, kind);
        if (world.Tracing)
            world.Note($"FAULT {kind} at {state.Text()}");
    }
}
