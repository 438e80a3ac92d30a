using System.Text.Json;
using Bank131.Simulator;
using PayoutWorker.Lab.Chaos.Orders;
using PayoutWorker.Payouts;
using PayoutState = PayoutWorker.Payouts.PayoutState;

namespace PayoutWorker.Lab.Chaos.Judging;

/// <summary>
/// Compares the end with the bank's own ledger, matched by payee and amount: what it paid, not what we believe.
/// </summary>
internal sealed class ChaosJudge(
    IReadOnlyList<ChaosOrder> orders,
    ChaosErp erp,
    BankSimulator bank,
    BankWitness witness,
    Tables tables
)
{
    private static readonly string[] Final = ["paid", "failed", "cancelled", "rejected", "returned"];

    private readonly List<Wrong> _wrongs = [];
    private readonly ILookup<string?, BankAct> _acts = witness.Acts.ToLookup(act => act.Payee);

    public ChaosVerdict Judge(IEnumerable<string> surprises)
    {
        foreach (var order in orders)
        {
            if (!tables.ByKey.TryGetValue(order.Key, out var row))
            {
                Fail(order, "is not in the table, and the ERP's INSERT was acknowledged");
                continue;
            }
            var entries = bank.Ledger.Of(order.Payee);
            CheckLedger(order, entries);
            CheckState(order, row, entries);
            if (row.State == "held")
                CheckHeld(order, row, entries.Count);
            CheckHistory(order, row);
        }
        var payees = orders.Select(order => order.Payee).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in bank.Ledger.All().Where(entry => !payees.Contains(entry.Payee)))
            _wrongs.Add(new Wrong(null, $"{entry.Amount} to {entry.Payee} was paid and never ordered"));
        if (tables.ByKey.Count != orders.Count)
            _wrongs.Add(new Wrong(null, $"{orders.Count} were ordered, the table has {tables.ByKey.Count}"));
        _wrongs.AddRange(new IntentCheck(orders, witness, tables).Wrongs());
        _wrongs.AddRange(tables.WorkersStops.Select(stop => new Wrong(null, stop)));
        _wrongs.AddRange(surprises.Select(surprise => new Wrong(null, surprise)));
        return new ChaosVerdict(
            orders.Count,
            bank.Ledger.Count,
            witness.Acts.Count,
            tables
                .ByKey.Values.GroupBy(row => row.HeldKind is null ? row.State : $"{row.State} ({row.HeldKind})")
                .ToDictionary(group => group.Key, group => group.Count()),
            _wrongs,
            tables
        );
    }

    private void CheckLedger(ChaosOrder order, IReadOnlyList<LedgerEntry> entries)
    {
        if (entries.Count > 1)
            Fail(order, $"was paid {entries.Count} times");
        foreach (var entry in entries)
        {
            if (entry.Amount != order.Amount || entry.Currency != "RUB")
                Fail(order, $"paid {entry.Amount} {entry.Currency}, ordered {order.Amount}");
            if (!order.IsCard && (entry.Bik != "044525974" || entry.Sender != Towns.Town.Sender))
                Fail(order, $"paid to BIK {entry.Bik} from {entry.Sender}");
            if (!entry.Automatic && entry.Confirms != 1)
                Fail(order, $"paid with {entry.Confirms} confirms");
        }
    }

    private void CheckState(ChaosOrder order, TableRow row, IReadOnlyList<LedgerEntry> entries)
    {
        if (row.State != "held" && !Final.Contains(row.State))
            Fail(order, $"is still {row.State}");
        else if (row.Shown != row.State)
            Fail(order, $"is {row.State}, and the ERP reads {row.Shown ?? "nothing"}");
        var isPaid = row.State is "paid" or "returned";
        if (isPaid && entries.Count == 0)
            Fail(order, $"is {row.State}, and the bank paid nothing");
        if (!isPaid && row.State != "held" && entries.Count > 0)
            Fail(order, $"is {row.State}, and the bank paid it");
        if (row.State == "returned" && entries.Sum(entry => entry.RefundedAmount) < order.Amount)
            Fail(order, "is returned, and the money did not come back");
        if (order.HasWrongBik && row.State == "failed" || order.HasWrongBik && isPaid)
            Fail(order, $"has a wrong BIK and is {row.State}");
        if (!order.HasWrongBik && row.State == "rejected")
            Fail(order, $"is rejected: {row.Reason}");
        if (row.State == "failed" && !witness.HasFailed(order.Payee))
            Fail(order, $"is failed, and never failed at the bank: {row.Reason}");
        if (row.State == "cancelled" && !erp.MayHaveCancelled(order.Key))
            Fail(order, "is cancelled, and nobody asked for it");
        // What the ERP may order anew must not be payable at the bank any more.
        if (row.State is "failed" or "cancelled" or "rejected")
            foreach (
                var act in _acts[order.Payee].Where(act => act.Kind is BankEventKind.Started or BankEventKind.Inited)
            )
                if (StatusOf(act.SessionId!) is "in_progress" or "error")
                    Fail(order, $"is {row.State}, and session {act.SessionId} is open at the bank");
    }

    private void CheckHeld(ChaosOrder order, TableRow row, int paid)
    {
        if (order.IsForPeople || (erp.MayHold(order.Key) && row.HeldKind == "before_money"))
        {
            if (paid > 0)
                Fail(order, $"is held ({row.HeldKind}), and the bank paid it");
            return;
        }
        if (order.IsTwoStep || row.HeldKind != "outcome_unknown")
        {
            Fail(order, $"is held ({row.HeldKind}) for no reason of the bank's or the ERP's: {row.Reason}");
            return;
        }
        var lost = tables
            .CallsOf[row.Id]
            .Any(call => call.Step == "init" && call.Outcome is null or "unknown" or "refused");
        if (!lost)
            Fail(order, "is held as unknown, and no answer to its init was lost");
        if (paid > 0 && !order.IsCard)
            Fail(order, "is held as unknown, and the bank paid it: who has confirmed it?");
        // The bank's webhooks about accounts carry no metadata, so that they find no payout whose session is unknown.
        if (order.IsCard && witness.HasTold(order.Payee))
            Fail(order, "is held as unknown, and the bank's webhook about it was acknowledged");
    }

    private void CheckHistory(ChaosOrder order, TableRow row)
    {
        var state = PayoutState.New;
        foreach (var line in tables.EventsOf[row.Id])
        {
            var to = PayoutStates.Parse(line.ToState);
            if (line.FromState is { } from && PayoutStates.Parse(from) != state)
                Fail(order, $"the history goes from {state.Text()} to a line from {from}");
            if (!Transitions.Allows(state, to))
                Fail(order, $"{state.Text()} to {to.Text()} is no legal move");
            state = to;
        }
        if (state.Text() != row.State)
            Fail(order, $"the history ends in {state.Text()}, the row is {row.State}");
    }

    private string? StatusOf(string sessionId)
    {
        if (bank.Show(sessionId) is not { } shown)
            return null;
        using var document = JsonDocument.Parse(shown);
        return document.RootElement.TryGetProperty("session", out var session)
            ? session.GetProperty("status").GetString()
            : null;
    }

    private void Fail(ChaosOrder order, string text) =>
        _wrongs.Add(new Wrong(order.Key, $"{order.Key} ({order.Flow}) {text}"));
}
