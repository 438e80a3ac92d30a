using PayoutWorker.Lab.Simulation.Actors;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.Lab.Tests.Simulation.Planted;

/// <summary>Takes a write that failed for one that will have gone through, and lets the call leave.</summary>
internal sealed class HopefulStore(IPayoutStore inner) : PlantedStore(inner)
{
    private readonly Dictionary<long, Payout> _last = [];

    public override async Task<IReadOnlyList<Claimed>> ClaimAsync(ClaimOrder order, CancellationToken cancellationToken)
    {
        var claimed = await base.ClaimAsync(order, cancellationToken);
        foreach (var one in claimed)
            _last[one.Payout.Id] = one.Payout;
        return claimed;
    }

    public override async Task<Written> WriteAsync(long payoutId, Func<Payout, Change?> decide)
    {
        try
        {
            var written = await base.WriteAsync(payoutId, decide);
            if (written.After is { } after)
                _last[payoutId] = after;
            return written;
        }
        catch (StoreFault) when (_last.TryGetValue(payoutId, out var last) && decide(last) is { } change)
        {
            return new Written(change, last, _last[payoutId] = last.After(change));
        }
    }
}
