using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.Lab.Tests.Simulation.Planted;

/// <summary>Shows the decision another payout than the row is, or writes another change than it decided.</summary>
internal sealed class DecisionStore(
    IPayoutStore inner,
    Func<Payout, Payout>? shown = null,
    Func<Payout, Change?, Change?>? written = null
) : PlantedStore(inner)
{
    public override Task<Written> WriteAsync(long payoutId, Func<Payout, Change?> decide) =>
        base.WriteAsync(payoutId, payout => Naive(payout, decide));

    public override Task<InboxResult> ApplyInboxAsync(InboxOrder order, CancellationToken cancellationToken) =>
        base.ApplyInboxAsync(
            order with
            {
                Decide = (payout, evidence) => Naive(payout, p => order.Decide(p, evidence)),
            },
            cancellationToken
        );

    private Change? Naive(Payout payout, Func<Payout, Change?> decide)
    {
        var change = decide(shown is null ? payout : shown(payout));
        return written is null ? change : written(payout, change);
    }
}
