using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.Core.Tests.Support;

/// <summary>A store that is asked for nothing; each test says what it is asked for.</summary>
internal abstract class StubStore : IPayoutStore
{
    public virtual Task<IReadOnlyList<Claimed>> ClaimAsync(ClaimOrder order, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public virtual Task<Written> WriteAsync(long payoutId, Func<Payout, Change?> decide) =>
        throw new NotSupportedException();

    public virtual Task AddWebhookAsync(RawWebhook webhook) => throw new NotSupportedException();

    public virtual Task<InboxResult> ApplyInboxAsync(InboxOrder order, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<Payout>> TakeReturnsAsync(
        int limit,
        TimeSpan lease,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public Task ReturnsAskedAsync(
        IReadOnlyList<long> ids,
        IReadOnlyList<TimeSpan> intervals,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();
}
