using PayoutWorker.Payouts;

namespace PayoutWorker.Driving;

/// <summary>Which payouts went wrong in a way that a person wants to see one by one.</summary>
internal static class Trouble
{
    /// <param name="found">The state before.</param>
    /// <returns>True once for each trouble, not again each time the payout is looked at.</returns>
    public static bool In(PayoutState found, Payout after) =>
        (after.State != found && IsTrouble(after.State)) || IsFirstRefusal(after);

    // A drive that leaves one of the "-ing" states behind has no answer: the outcome is not known.
    private static bool IsTrouble(PayoutState state) =>
        state
            is PayoutState.Held
                or PayoutState.Failed
                or PayoutState.Rejected
                or PayoutState.Creating
                or PayoutState.Starting
                or PayoutState.Initiating
                or PayoutState.Confirming;

    private static bool IsFirstRefusal(Payout after) =>
        after is { Call: { RefusedCode: not null, Sends: 1 }, Polls: 0 } && !after.State.IsFinal();
}
