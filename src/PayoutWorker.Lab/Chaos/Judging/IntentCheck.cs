using Bank131.Simulator;
using PayoutWorker.Lab.Chaos.Orders;

namespace PayoutWorker.Lab.Chaos.Judging;

/// <summary>Every call that the bank carried out was intended: committed before it left.</summary>
internal sealed class IntentCheck(IReadOnlyList<ChaosOrder> orders, BankWitness witness, Tables tables)
{
    private readonly Dictionary<(string SessionId, string Step), TableCall> _bySession = tables
        .CallsOf.SelectMany(calls => calls)
        .Where(call => call.SessionId is not null)
        .GroupBy(call => (call.SessionId!, call.Step))
        .ToDictionary(group => group.Key, group => group.First());

    public IEnumerable<Wrong> Wrongs()
    {
        var keys = orders.ToDictionary(order => order.Payee, order => order.Key, StringComparer.Ordinal);
        foreach (var act in witness.Acts.Where(act => act.Kind != BankEventKind.Created))
        {
            var step = StepOf(act.Kind);
            var key = act.Payee is null ? null : keys.GetValueOrDefault(act.Payee);
            var call = _bySession.GetValueOrDefault((act.SessionId!, step)) ?? OfUnknownSession(key, step);
            if (call is null)
                yield return new Wrong(key, $"{key}: {step} of {act.SessionId} was carried out and never intended");
            else if (call.IntendedAt > act.At.UtcDateTime)
                yield return new Wrong(key, $"{key}: {step} was carried out {act.At:O}, before its intent");
        }
        // An answer that was lost names no session, so these can only be counted.
        var created = witness.Acts.Count(act => act.Kind == BankEventKind.Created);
        var intended = tables.CallsOf.SelectMany(calls => calls).Count(call => call.Step == "create");
        if (created > intended)
            yield return new Wrong(null, $"{created} sessions were created, {intended} were intended");
    }

    // An init whose answer was lost.
    private TableCall? OfUnknownSession(string? key, string step) =>
        step == "init" && key is not null && tables.ByKey.TryGetValue(key, out var row)
            ? tables.CallsOf[row.Id].FirstOrDefault(call => call.Step == "init" && call.SessionId is null)
            : null;

    private static string StepOf(BankEventKind kind) =>
        kind switch
        {
            BankEventKind.Started => "start",
            BankEventKind.Inited => "init",
            BankEventKind.Confirmed => "confirm",
            BankEventKind.Cancelled => "cancel",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a call of ours"),
        };
}
