using PayoutWorker.Payouts;

namespace PayoutWorker.Lab.Simulation.Faults;

/// <summary>Where something can go wrong.</summary>
internal enum Boundary
{
    Claim,
    Write,
    Receive,
    Apply,
    Returns,
    Send,
    Ask,
}

/// <summary>One passage of a boundary.</summary>
/// <param name="State">Of the payout that it is about; null when it is about none, or about one not known here.</param>
/// <param name="Worker">Who passes it.</param>
/// <param name="Payout">Its id, where known.</param>
/// <param name="Webhook">The type of a webhook that comes in.</param>
internal readonly record struct Moment(
    Boundary Boundary,
    PayoutState? State,
    string Worker,
    long? Payout = null,
    string? Webhook = null
);
