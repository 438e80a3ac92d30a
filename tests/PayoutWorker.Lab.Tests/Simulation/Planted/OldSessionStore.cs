using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.Lab.Tests.Simulation.Planted;

/// <summary>Takes what a webhook shows of any session of a payout for the current one.</summary>
internal sealed class OldSessionStore(IPayoutStore inner) : PlantedStore(inner)
{
    public override Task<InboxResult> ApplyInboxAsync(InboxOrder order, CancellationToken cancellationToken) =>
        base.ApplyInboxAsync(
            order with
            {
                Decide = (payout, evidence) =>
                    order.Decide(
                        payout,
                        evidence is Evidence.Seen seen && payout.Session is { } session
                            ? seen with
                            {
                                SessionN = session.N,
                                Age = TimeSpan.Zero,
                            }
                            : evidence
                    ),
            },
            cancellationToken
        );
}
