using PayoutWorker.Payouts;

namespace PayoutWorker.Decisions;

// What people have set between an order and its payment: a second person's approval, and limits.
internal static partial class Decision
{
    /// <summary>What keeps it from its next call that could lead to money; null when nothing does.</summary>
    private static Change? Barred(Payout payout, Policy policy) =>
        payout switch
        {
            // Only what is to be cancelled or held is claimed so early; the database says when it is due.
            { AwaitsApproval: true } => Stay(payout, policy.Timings.StoppedPause),
            { ApprovalVoid: true } => HoldFor(
                payout,
                HoldKind.BeforeMoney,
                "the order is not the one that was approved: its row was changed since",
                AlarmKind.ApprovalVoid
            ),
            { OverLimit: { } limit } => HoldFor(
                payout,
                HoldKind.BeforeMoney,
                limit.Reason,
                AlarmKind.MoneyLimit,
                limit.Subject
            ),
            _ => null,
        };
}
