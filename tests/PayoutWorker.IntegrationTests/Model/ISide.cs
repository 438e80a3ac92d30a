using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.IntegrationTests.Model;

/// <summary>A store with the ERP and the operators around it: the model, or PostgreSQL.</summary>
internal interface ISide
{
    Task InsertAsync(Order order, int priority, TimeSpan notBefore);

    Task PassAsync(TimeSpan time);

    Task<IReadOnlyList<Payout>> ReadAllAsync();

    Task<IReadOnlyList<Claimed>> ClaimAsync(string owner, ClaimOrder order);

    /// <exception cref="RefusedException">The store refuses what was decided.</exception>
    Task<Written> WriteAsync(string owner, long id, Func<Payout, Change?> decide);

    Task AddWebhookAsync(RawWebhook webhook);

    Task<InboxResult> ApplyInboxAsync(string owner, InboxOrder order);

    Task<IReadOnlyList<Payout>> TakeReturnsAsync(int limit, TimeSpan lease);

    Task ReturnsAskedAsync(IReadOnlyList<long> ids, IReadOnlyList<TimeSpan> intervals);

    /// <returns>False when it is refused.</returns>
    Task<bool> RequestAsync(long id, Wish wish);

    Task<long> StopAsync(string scope, string value);

    Task<bool> ResumeAsync(string scope, string value);

    /// <summary>
    /// Which of several rows due at one moment a claim takes is open, so there are none: puts a due time off by as
    /// many milliseconds as rows of a lower id share it. Then the clock moves on.
    /// </summary>
    Task SpreadDueAndPassAsync(TimeSpan time);

    /// <summary>All rows of all tables as text, in a fixed order.</summary>
    Task<IReadOnlyList<string>> RowsAsync();
}

internal sealed class RefusedException(Exception inner) : Exception(inner.Message, inner);
