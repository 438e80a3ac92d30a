using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.Lab.Tests.Simulation.Planted;

/// <summary>Shows the writer the fence that it believes in: it intends whoever holds the payout now.</summary>
internal sealed class FencelessStore(IPayoutStore inner) : PlantedStore(inner)
{
    private readonly Dictionary<long, long> _believed = [];

    public override async Task<IReadOnlyList<Claimed>> ClaimAsync(ClaimOrder order, CancellationToken cancellationToken)
    {
        var claimed = await base.ClaimAsync(order, cancellationToken);
        foreach (var one in claimed)
            _believed[one.Payout.Id] = one.Payout.Fence;
        return claimed;
    }

    public override async Task<Written> WriteAsync(long payoutId, Func<Payout, Change?> decide)
    {
        var written = await base.WriteAsync(
            payoutId,
            payout => decide(payout with { Fence = _believed.GetValueOrDefault(payoutId, payout.Fence) })
        );
        if (written is { Change: not null, After: { } after })
            _believed[payoutId] = after.Fence;
        return written;
    }
}
