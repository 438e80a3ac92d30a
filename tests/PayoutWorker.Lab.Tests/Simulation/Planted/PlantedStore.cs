using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.Lab.Tests.Simulation.Planted;

/// <summary>A store between the product's drive and the model, for a bug to sit in.</summary>
internal class PlantedStore(IPayoutStore inner) : IPayoutStore
{
    public virtual Task<IReadOnlyList<Claimed>> ClaimAsync(ClaimOrder order, CancellationToken cancellationToken) =>
        inner.ClaimAsync(order, cancellationToken);

    public virtual Task<Written> WriteAsync(long payoutId, Func<Payout, Change?> decide) =>
        inner.WriteAsync(payoutId, decide);

    public Task AddWebhookAsync(RawWebhook webhook) => inner.AddWebhookAsync(webhook);

    public virtual Task<InboxResult> ApplyInboxAsync(InboxOrder order, CancellationToken cancellationToken) =>
        inner.ApplyInboxAsync(order, cancellationToken);

    public Task<IReadOnlyList<Payout>> TakeReturnsAsync(
        int limit,
        TimeSpan lease,
        CancellationToken cancellationToken
    ) => inner.TakeReturnsAsync(limit, lease, cancellationToken);

    public Task ReturnsAskedAsync(
        IReadOnlyList<long> ids,
        IReadOnlyList<TimeSpan> intervals,
        CancellationToken cancellationToken
    ) => inner.ReturnsAskedAsync(ids, intervals, cancellationToken);
}
