using Bank131.Simulator;

namespace PayoutWorker.Lab.Demo;

/// <summary>A line of the final table.</summary>
/// <param name="Right">Payouts that ended as they must, in the ERP's table and in the bank's ledger.</param>
internal sealed record DemoLine(DemoKind Kind, int Count, int Right, IReadOnlyDictionary<string, int> States);

/// <summary>
/// Expected against actual. The bank's ledger is the judge, matched by payee and amount: not what we believe we paid,
/// but what it paid.
/// </summary>
internal sealed record DemoVerdict(
    IReadOnlyList<DemoLine> Lines,
    int PaidTwice,
    int Lost,
    int Unordered,
    IReadOnlyList<string> Wrong
)
{
    public bool IsRight => PaidTwice == 0 && Lost == 0 && Unordered == 0 && Wrong.Count == 0;

    public static DemoVerdict Of(
        IReadOnlyList<DemoOrder> orders,
        IReadOnlyDictionary<string, string> states,
        BankLedger ledger
    )
    {
        List<string> wrong = [];
        var (twice, lost) = (0, 0);
        foreach (var order in orders)
        {
            var state = states.GetValueOrDefault(order.Key, "missing");
            var settled = ledger.Of(order.Payee, order.Amount).Count;
            if (settled > 1)
                twice++;
            if (state == "missing" || (state is "paid" or "returned") != settled > 0)
                lost++;
            if (state != order.Kind.Expected || settled != (order.Kind.IsPaid ? 1 : 0))
                wrong.Add(
                    $"{order.Key} ({order.Kind.Title}): expected {order.Kind.Expected}, is {state}, the bank paid it {settled} times"
                );
        }
        var ordered = orders.Select(order => (order.Payee, order.Amount)).ToHashSet();
        return new DemoVerdict(
            [.. DemoKind.All.Select(kind => Line(kind, orders, states, ledger)).Where(line => line.Count > 0)],
            twice,
            lost,
            ledger.All().Count(entry => !ordered.Contains((entry.Payee, entry.Amount))),
            wrong
        );
    }

    private static DemoLine Line(
        DemoKind kind,
        IReadOnlyList<DemoOrder> orders,
        IReadOnlyDictionary<string, string> states,
        BankLedger ledger
    )
    {
        var own = orders.Where(order => order.Kind == kind).ToArray();
        return new DemoLine(
            kind,
            own.Length,
            own.Count(order =>
                states.GetValueOrDefault(order.Key) == kind.Expected
                && ledger.Of(order.Payee, order.Amount).Count == (kind.IsPaid ? 1 : 0)
            ),
            own.GroupBy(order => states.GetValueOrDefault(order.Key, "missing"))
                .ToDictionary(g => g.Key, g => g.Count())
        );
    }
}
