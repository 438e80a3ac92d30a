using Bank131.Client;
using Bank131.Views;

namespace PayoutWorker.Payouts;

/// <summary>A fact about a payout. Facts are never dropped; what they change is decided under the row's lock.</summary>
internal abstract record Evidence
{
    private Evidence() { }

    /// <summary>What became of a call of ours.</summary>
    /// <param name="SessionN">The session that the call was for; by the time it is known another may be current.</param>
    /// <param name="SentAt">
    /// When that send was intended, database clock. A call keeps its key when it is sent again, so an answer that could
    /// be written only late may find that a newer send of the same call is under way, about which it says nothing.
    /// </param>
    internal sealed record Answered(Step Step, int SessionN, BankAnswer Answer, DateTimeOffset? SentAt = null)
        : Evidence;

    /// <summary>The bank showed a session, in a status answer or a webhook.</summary>
    /// <param name="SessionN">Which of the payout's sessions.</param>
    /// <param name="Age">
    /// Time since the question left, monotonic; null for a webhook, which says nothing about what is absent.
    /// </param>
    /// <param name="Source">For the history, e.g. <c>status</c>, <c>webhook 812</c>.</param>
    internal sealed record Seen(int SessionN, SessionView Session, TimeSpan? Age, string Source) : Evidence;

    /// <summary>The bank's statement shows that the payout was paid: exactly one line for it, and it for that line.</summary>
    /// <param name="PaymentId">The bank's id of the payment, where the line has one.</param>
    /// <param name="Source">For the history, e.g. <c>statement of 2026-03-02</c>.</param>
    internal sealed record Booked(string? PaymentId, Money Amount, string Source) : Evidence;

    /// <summary>The bank's statements show that money of the payout came back.</summary>
    /// <param name="Total">All that came back so far, minor units.</param>
    /// <param name="Source">As for <see cref="Booked"/>.</param>
    internal sealed record CameBack(long Total, string Source) : Evidence;

    /// <summary>The bank was asked and gave no usable answer.</summary>
    internal sealed record Unheard(BankAnswer Answer) : Evidence;
}
