using PayoutWorker.Payouts;
using static PayoutWorker.Payouts.PayoutState;

namespace PayoutWorker.Decisions;

// What the bank's statement proves. It proves payments only: what does not stand there may stand there tomorrow.
internal static partial class Decision
{
    private static Change? SawBooked(Payout payout, Evidence.Booked booked, Policy policy)
    {
        if (!payout.Order.Amount.Is(booked.Amount.Minor, booked.Amount.Currency))
            return null;
        var result = new Result(PayoutId: booked.PaymentId);
        if (payout.State is Failed or Cancelled or Rejected)
        {
            var late = $"the bank paid it although it was {payout.State.Text()}: its statement shows it";
            return new Change
            {
                To = Paid,
                Why = late,
                Evidence = booked.Source,
                Result = result,
                Alarms = [new Alarm(AlarmKind.LateSuccess, payout.Order.ErpKey, late)],
            };
        }
        // Everything else that is open is asked about; it has a session that can tell.
        return payout is { State: Held, HeldKind: HoldKind.OutcomeUnknown, PaidElsewhere: false }
            ? PaidBy(payout, "the bank's statement shows that it was paid", result, booked.Source, policy)
            : null;
    }
}
