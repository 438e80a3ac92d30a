using PayoutWorker.Lab.Simulation.Faults;
using PayoutWorker.Payouts;
using Sim = Bank131.Simulator;

namespace PayoutWorker.Lab.Matrix;

/// <summary>One fault at one boundary.</summary>
internal sealed record Strike(Boundary Boundary, FaultKind Kind)
{
    /// <summary>Only while the payout is in one of these; empty: in any.</summary>
    public IReadOnlyList<PayoutState> States { get; init; } = [];

    /// <summary>Only at a webhook of this type.</summary>
    public string? Webhook { get; init; }

    /// <summary>Only for this payout.</summary>
    public long? Payout { get; init; }

    public int Times { get; init; } = 1;

    /// <summary>Strikes no more when this long has passed since its first time.</summary>
    public TimeSpan? During { get; init; }

    /// <summary>From the first time on it strikes wherever anything is committed.</summary>
    public bool Spreads { get; init; }

    /// <summary>The fault in the words of the simulated bank, to the second; null: as a seed would have it.</summary>
    public Sim.CallFault? Exact { get; init; }

    /// <summary>How long a pause, a stall or the time until the restart lasts.</summary>
    public TimeSpan Lasts { get; init; } = TimeSpan.FromSeconds(2);

    public bool Fits(Moment moment) =>
        moment.Boundary == Boundary
        && (States.Count == 0 || (moment.State is { } state && States.Contains(state)))
        && (Webhook is null || moment.Webhook == Webhook)
        && (Payout is null || moment.Payout == Payout);
}
