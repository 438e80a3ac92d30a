using PayoutWorker.Payouts;

namespace PayoutWorker.Lab.Simulation.Model;

/// <summary>A row of <c>event</c>.</summary>
internal sealed record ModelEvent(
    DateTimeOffset At,
    string Who,
    PayoutState? From,
    PayoutState To,
    string Why,
    string? Evidence
);
