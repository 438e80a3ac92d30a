using PayoutWorker.Payouts;

namespace PayoutWorker.Store;

/// <summary>
/// What the worker keeps. PostgreSQL in production; the simulation puts a model in its place that tests hold to it.
/// </summary>
internal interface IPayoutStore
{
    /// <summary>Leases what is due, and intends create for new two-step payouts.</summary>
    Task<IReadOnlyList<Claimed>> ClaimAsync(ClaimOrder order, CancellationToken cancellationToken);

    /// <summary>
    /// Locks the payout, decides on what it is then, and writes what was decided, durably. Returns after the commit.
    /// The decision may run more than once and must be pure.
    /// </summary>
    Task<Written> WriteAsync(long payoutId, Func<Payout, Change?> decide);

    /// <summary>Stores verified webhooks as they came; one that is there already is no news.</summary>
    Task AddWebhookAsync(RawWebhook webhook);

    /// <summary>Takes stored webhooks into account, oldest first. Returns how many it took, and what it moved.</summary>
    Task<InboxResult> ApplyInboxAsync(InboxOrder order, CancellationToken cancellationToken);

    /// <summary>
    /// Paid payouts whose next look for a return is due, put off by the lease: a look that was not answered comes again.
    /// </summary>
    Task<IReadOnlyList<Payout>> TakeReturnsAsync(int limit, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>These were asked about: the next look is due after the next interval, and none after the last.</summary>
    Task ReturnsAskedAsync(
        IReadOnlyList<long> ids,
        IReadOnlyList<TimeSpan> intervals,
        CancellationToken cancellationToken
    );
}

/// <param name="Found">The state that the claim found; a new payout is returned as creating, its create intended.</param>
internal sealed record Claimed(Payout Payout, PayoutState Found)
{
    /// <summary>The claim itself committed the intent of create: its caller may send it.</summary>
    public bool CreateIntended => Found == PayoutState.New && Payout.State == PayoutState.Creating;
}

/// <param name="Slots">Calls that can begin now.</param>
/// <param name="Routes">Which project pays what.</param>
/// <param name="PausedProjects">Nothing of them is claimed: their breaker is open, or they are claimed for apart.</param>
/// <param name="InProgressMax">Payouts of one project between create and confirm at most.</param>
/// <param name="Suspects">Claim those that were claimed again and again without a result, instead of the others.</param>
/// <param name="Overdue">Leave alone what has been due for less than this: another scheduler takes it.</param>
/// <param name="Most">Payouts at most. The share of each state may make more of them than <paramref name="Slots"/>.</param>
/// <param name="QuestionsOnly">Claim only what is in a state that is asked about.</param>
internal sealed record ClaimOrder(
    int Slots,
    TimeSpan Lease,
    IReadOnlyList<Projects.Route> Routes,
    IReadOnlyList<string> PausedProjects,
    int InProgressMax,
    bool Suspects = false,
    TimeSpan Overdue = default,
    int Most = int.MaxValue,
    bool QuestionsOnly = false
)
{
    /// <summary>What is ready takes all slots, if it needs them: a project with few calls ends what it began.</summary>
    public bool ReadyFirst { get; init; }
}

/// <param name="Change">What was written; null when the decision changed nothing.</param>
/// <param name="Before">As it was under the lock; null when there is no such payout.</param>
/// <param name="After">As it is now.</param>
internal sealed record Written(Change? Change, Payout? Before, Payout? After);

internal sealed record RawWebhook(byte[] Sha256, byte[] Body, string Signature, string KeyId);

/// <param name="Decide">What the evidence changes.</param>
/// <param name="Overdue">Leave alone what has been due for less than this: another scheduler takes it.</param>
/// <param name="Then">
/// Of each payout that the set moved, as it is at its end: what is written in the same transaction on top of it.
/// </param>
internal sealed record InboxOrder(
    int Limit,
    TimeSpan OrphanRetry,
    TimeSpan OrphanAlarm,
    Func<Payout, Evidence, Change?> Decide,
    TimeSpan Overdue = default,
    Func<Payout, Change?>? Then = null
);

/// <param name="Moved">What was written, in order, for metrics and logs.</param>
/// <param name="Alarms">Raised about webhooks that belong to no payout's change.</param>
internal sealed record InboxResult(int Taken, int Orphans, IReadOnlyList<Written> Moved, IReadOnlyList<Alarm> Alarms)
{
    public static InboxResult None { get; } = new(0, 0, [], []);
}
