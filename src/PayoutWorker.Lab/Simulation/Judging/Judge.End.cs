using PayoutWorker.Lab.Simulation.Actors;
using PayoutWorker.Lab.Simulation.Model;
using PayoutWorker.Payouts;
using Sim = Bank131.Simulator;

namespace PayoutWorker.Lab.Simulation.Judging;

// The end: everything is at rest, and the bank's ledger is opened.
internal sealed partial class Judge
{
    public static bool IsAtRest(ModelRow row) => !row.IsOpen || row.State == PayoutState.Held;

    /// <summary>The bank knows of a return that the ERP has not been told of, and somebody will still ask.</summary>
    public bool AwaitsReturn(ModelRow row) =>
        row is { NextReturn: not null, State: PayoutState.Paid }
        && Entries(row).Sum(entry => entry.RefundedAmount) != row.Result.ReturnedAmount;

    /// <summary>The bank's books hold a payment of it.</summary>
    public bool IsPaid(ModelRow row) => Entries(row).Count > 0;

    public void Sentence()
    {
        foreach (var row in Model.Rows)
        {
            var order = _plans[row.Id];
            var entries = Entries(row);
            CheckLedger(row, order, entries);
            CheckRest(row, order);
            CheckResult(row, order, entries);
            CheckHistory(row);
        }
        foreach (var entry in Bank.Machine.Ledger.All())
            if (!_byPayee.ContainsKey(entry.Payee))
                Fail("J3", $"{entry.Amount} to {entry.Payee} was paid and never ordered");
    }

    private IReadOnlyList<Sim.LedgerEntry> Entries(ModelRow row) => Bank.Machine.Ledger.Of(_plans[row.Id].Payee);

    private void CheckLedger(ModelRow row, OrderPlan order, IReadOnlyList<Sim.LedgerEntry> entries)
    {
        if (entries.Count > 1 && !PaidAgainstOurWord(order, entries))
            Fail("J1", $"{row.BankRef} was paid {entries.Count} times");
        foreach (var entry in entries)
        {
            // A bank that confirms by itself and pays something else cannot be kept from it.
            var asOrdered =
                order.Order.Amount.Is(entry.Amount, entry.Currency)
                && entry.Bik == order.Order.Recipient.Bik
                && (order.Order.Method == Method.Card || entry.Sender == order.Order.SenderAccount);
            if (!asOrdered && !(order.IsAutomatic && order.IsMismatch))
                Fail("J2", $"{row.BankRef}: paid {entry.Amount} {entry.Currency} from {entry.Sender}");
            if (order.IsAutomatic)
                continue;
            if (
                !order.Script!.PaysDespiteCancel
                && !_confirmed.Contains(entry.SessionId)
                && order.Script.LateSuccessAfter is null
            )
                Fail("J3", $"{row.BankRef}: paid in {entry.SessionId} without our confirm");
        }
    }

    // What we neither confirmed nor could keep from being paid: a bank that takes our cancel and pays all the same, in a
    // session in which the network doubled our start; a bank that pays what it called dead, beside the session that was
    // opened for that.
    private bool PaidAgainstOurWord(OrderPlan order, IReadOnlyList<Sim.LedgerEntry> entries)
    {
        var sessions = entries.Select(entry => entry.SessionId).Distinct().ToArray();
        return sessions.Length == 1
            ? (order.Script!.PaysDespiteCancel || order.Script.LateSuccessAfter is not null)
                && !_confirmed.Contains(sessions[0])
            : order.Script!.LateSuccessAfter is not null && sessions.Length == 2;
    }

    private void CheckRest(ModelRow row, OrderPlan order)
    {
        if (!IsAtRest(row))
            Fail("J4", $"{row.BankRef} is still {row.State.Text()}");
        var excused =
            order.MayEndHeld
            || _excused.Contains(row.Id)
            // What comes after a restore may have been here before, for all that a lost answer tells.
            || Model.Gaps.LastFoundAt is not null
            || People.HasHeld(row)
            || order.Script!.LateSuccessAfter is not null && Entries(row).Count > 0
            || SessionsOf(row).Any(session => session.Payouts.Count > 1);
        if (row is { IsOpen: true, State: PayoutState.Held, Order.Flow: Flow.TwoStep } && !excused)
            Fail("J4", $"{row.BankRef}, two-step, ends held: {row.Result.Reason}");
    }

    private void CheckResult(ModelRow row, OrderPlan order, IReadOnlyList<Sim.LedgerEntry> entries)
    {
        if (!row.IsOpen && row.Shown != row.State || row.State == PayoutState.Held && row.Shown != PayoutState.Held)
            Fail("J5", $"{row.BankRef} is {row.State.Text()}, and the ERP reads {row.Shown?.Text() ?? "nothing"}");
        var wrong = order.IsAutomatic && order.IsMismatch;
        if (entries.Count == 0)
        {
            if (row.State is PayoutState.Paid or PayoutState.Returned)
                Fail("J5", $"{row.BankRef} is {row.State.Text()}, and the bank paid nothing");
            return;
        }
        var back = entries.Sum(entry => entry.RefundedAmount);
        if (row.State is PayoutState.Failed or PayoutState.Cancelled or PayoutState.Rejected)
            Fail("J6", $"{row.BankRef} is {row.State.Text()}, and the bank paid it");
        else if (wrong && row.State != PayoutState.Held)
            Fail("J5", $"{row.BankRef} is {row.State.Text()}, and the bank paid something else");
        else if (row.State == PayoutState.Held && !wrong && KnowsSession(row, entries[0].SessionId))
            Fail("J5", $"{row.BankRef} is held ({row.Result.Reason}), and the bank paid it in a session we know");
        if (row.State is PayoutState.Paid or PayoutState.Returned && row.Result.ReturnedAmount != back)
            Fail("J5", $"{row.BankRef}: {back} came back, the ERP reads {row.Result.ReturnedAmount}");
        if (row.State == PayoutState.Returned != (back >= order.Order.Amount.Minor) && row.State != PayoutState.Held)
            Fail("J5", $"{row.BankRef} is {row.State.Text()}, and {back} came back");
    }

    // A doubled payout is looked at by a person whatever becomes of it.
    private bool KnowsSession(ModelRow row, string id) =>
        row.Newest?.BankId == id
        && row.Sessions.Values.All(session => session.Use != SessionUse.Paid)
        && SessionsOf(row).All(session => session.Payouts.Count < 2);

    private void CheckHistory(ModelRow row)
    {
        var state = PayoutState.New;
        foreach (var happened in row.Events)
        {
            if (happened.From is { } from && from != state)
                Fail("J7", $"{row.BankRef}: the history goes from {state.Text()} to a line from {from.Text()}");
            if (!Transitions.Allows(state, happened.To))
                Fail("J7", $"{row.BankRef}: {state.Text()} to {happened.To.Text()} is not legal");
            state = happened.To;
        }
        if (state != row.State)
            Fail("J7", $"{row.BankRef}: the history ends in {state.Text()}, the row is {row.State.Text()}");
    }
}
