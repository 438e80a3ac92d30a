using PayoutWorker.Payouts;
using Sim = Bank131.Simulator;

namespace PayoutWorker.Lab.Simulation.Actors;

/// <summary>One order of a seed and what the bank will do with it.</summary>
/// <param name="Payee">Account or card number, unique within the seed: how the judge knows it in the ledger.</param>
/// <param name="Arrives">When the ERP inserts it.</param>
/// <param name="Script">What the bank does beside paying it; null: it pays.</param>
internal sealed record OrderPlan(Order Order, string Payee, TimeSpan Arrives, Sim.PayoutScript? Script)
{
    /// <summary>The bank shows something else than was ordered.</summary>
    public bool IsMismatch => Script?.Mismatches.Count > 0;

    /// <summary>Pays by itself: the bank confirms what we would have to.</summary>
    public bool IsAutomatic { get; init; }

    /// <summary>
    /// The bank may leave it open for good, or does what needs a person: then held is the right end, whatever the flow.
    /// </summary>
    public bool MayEndHeld { get; init; }
}
