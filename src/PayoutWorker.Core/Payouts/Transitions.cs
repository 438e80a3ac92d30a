using static PayoutWorker.Payouts.PayoutState;

namespace PayoutWorker.Payouts;

/// <summary>
/// Every legal move. The table <c>payouts.legal_move</c> and the diagram in docs/state-machine.md are held to it by
/// tests. A state may always stay as it is.
/// </summary>
internal static class Transitions
{
    private static readonly Dictionary<PayoutState, PayoutState[]> Moves = new()
    {
        [New] = [Creating, Created, Initiating, Paid, Rejected, Cancelled, Held],
        [Creating] = [New, Created, Starting, Rejected, Paid, Failed, Cancelled, Held],
        [Created] = [New, Starting, Cancelling, Started, Ready, Paid, Failed, Cancelled, Held],
        [Starting] = [New, Created, Started, Ready, Cancelling, Paid, Failed, Cancelled, Held],
        [Initiating] = [New, Started, Ready, Paid, Failed, Cancelled, Rejected, Held],
        [Started] = [Ready, Confirmed, Cancelling, Paid, Failed, Cancelled, New, Held],
        [Ready] = [Started, Confirming, Cancelling, Paid, Failed, Cancelled, New, Held],
        [Confirming] = [Ready, Confirmed, Paid, Failed, Cancelled, New, Held],
        [Confirmed] = [Ready, Paid, Failed, Cancelled, New, Held],
        [Cancelling] = [Ready, Cancelled, Paid, Failed, Held],
        [Held] =
        [
            New,
            Creating,
            Created,
            Starting,
            Initiating,
            Started,
            Ready,
            Confirming,
            Confirmed,
            Cancelling,
            Paid,
            Failed,
            Cancelled,
        ],
        [Paid] = [Returned],
        [Failed] = [Paid],
        [Cancelled] = [Paid],
        [Rejected] = [Paid],
        [Returned] = [],
    };

    public static IEnumerable<(PayoutState From, PayoutState To)> All =>
        Moves.SelectMany(move => move.Value.Select(to => (move.Key, to)));

    public static bool Allows(PayoutState from, PayoutState to) => from == to || Moves[from].Contains(to);
}
