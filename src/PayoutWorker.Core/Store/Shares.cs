using PayoutWorker.Payouts;

namespace PayoutWorker.Store;

/// <summary>
/// How many rows of each state one claim may take: ready first, since the bank's clock runs there; then what is under
/// way, then questions; new payouts get what is left, and never nothing.
/// </summary>
internal sealed record Shares(string[] States, int[] Counts, int NewMin)
{
    private static readonly (PayoutState State, double Share)[] Parts =
    [
        (PayoutState.Ready, 0.50),
        (PayoutState.Created, 0.10),
        (PayoutState.Confirming, 0.05),
        (PayoutState.Starting, 0.05),
        (PayoutState.Creating, 0.05),
        (PayoutState.Cancelling, 0.03),
        (PayoutState.Initiating, 0.03),
        (PayoutState.Started, 0.05),
        (PayoutState.Confirmed, 0.05),
        (PayoutState.Held, 0.02),
    ];

    public static Shares Of(ClaimOrder order)
    {
        var slots = order.Slots;
        var parts = Parts.Where(part => !order.QuestionsOnly || IsQuestion(part.State)).ToArray();
        return new(
            [.. parts.Select(part => part.State.Text())],
            [.. parts.Select(part => Math.Max(1, (int)(slots * ShareOf(part.State, part.Share))))],
            order.QuestionsOnly ? 0 : Math.Max(1, slots / 10)
        );

        double ShareOf(PayoutState state, double share) => order.ReadyFirst && state == PayoutState.Ready ? 1 : share;
    }

    /// <summary>Whether a claim may have left something due behind: a share of it was used up.</summary>
    public static bool MayLeave(ClaimOrder order, IReadOnlyCollection<Claimed> claimed)
    {
        var fresh = claimed.Count(one => one.Found == PayoutState.New);
        return (claimed.Count > 0 && claimed.Count >= order.Most)
            || MayLeaveGoing(order, claimed)
            || (fresh > 0 && fresh >= Math.Max(order.Slots - (claimed.Count - fresh), Of(order).NewMin));
    }

    /// <summary>Of what is under way.</summary>
    public static bool MayLeaveGoing(ClaimOrder order, IReadOnlyCollection<Claimed> claimed)
    {
        var shares = Of(order);
        var found = claimed.CountBy(one => one.Found.Text()).ToDictionary();
        return shares.States.Zip(shares.Counts).Any(part => found.GetValueOrDefault(part.First) >= part.Second);
    }

    private static bool IsQuestion(PayoutState state) =>
        state is not (PayoutState.Ready or PayoutState.Created or PayoutState.Creating);
}
