using Bank131.Client;
using Bank131.Views;

namespace PayoutWorker.Payouts;

/// <summary>A fact about a payout. Facts are never dropped; what they change is decided under the row's lock.</summary>
internal abstract record Evidence
{
    private Evidence() { }

    /// <summary>What became of a call of ours.</summary>
    /// <param name="SessionN">The session that the call was for; by the time it is known another may be current.</param>
    internal sealed record Answered(Step Step, int SessionN, BankAnswer Answer) : Evidence;

    /// <summary>The bank showed a session, in a status answer or a webhook.</summary>
    /// <param name="SessionN">Which of the payout's sessions.</param>
    /// <param name="Age">
    /// Time since the question left, monotonic; null for a webhook, which says nothing about what is absent.
    /// </param>
    /// <param name="Source">For the history, e.g. <c>status</c>, <c>webhook 812</c>.</param>
    internal sealed record Seen(int SessionN, SessionView Session, TimeSpan? Age, string Source) : Evidence;

    /// <summary>The bank was asked and gave no usable answer.</summary>
    internal sealed record Unheard(BankAnswer Answer) : Evidence;
}
