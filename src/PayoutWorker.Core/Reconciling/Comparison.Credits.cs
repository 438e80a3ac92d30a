using Bank131.Views;

namespace PayoutWorker.Reconciling;

// Money that came: returns of our payments, our own money, or something that nobody knows.
internal sealed partial class Comparison
{
    private readonly Dictionary<long, long> _returned = [];

    private void Credits()
    {
        List<(BookRow Row, BookLine Line, bool Named)> returns = [];
        foreach (var line in Readable(StatementSide.Credit))
        {
            var named = Named(line);
            if ((named ?? OnlyPayer(line)) is { } row && SameCurrency(line, row))
                returns.Add((row, line, named is not null));
            else if (line.Line.OtherAccount is { } payer && _order.Options.TopUpsFrom.Contains(payer))
                Place(line, LineKind.TopUp, null);
            else
                Report(DifferenceKind.CreditUnknown, line, "money came that is no return of one payout of ours");
        }
        foreach (var group in returns.GroupBy(one => one.Row.PayoutId))
            TakeReturns(_byId[group.Key], [.. group]);
    }

    private void TakeReturns(BookRow row, IReadOnlyList<(BookRow Row, BookLine Line, bool Named)> lines)
    {
        foreach (var (_, line, _) in lines)
            Place(line, LineKind.Return, row);
        var sum = lines.Aggregate((Int128)0, (total, one) => total + one.Line.Line.Amount!.Value);
        var last = lines[^1].Line;
        // More than was paid cannot come back from a payment: a person looks at it.
        if (sum + row.ReturnedElsewhere > row.Amount.Minor)
        {
            _returned[row.PayoutId] = row.Amount.Minor;
            Report(DifferenceKind.AmountDiffers, last, "more came back than was paid", row);
            return;
        }
        _returned[row.PayoutId] = (long)sum;
        var total = Returned(row);
        if (total <= row.ReturnedAmount)
            return;
        var text = row.IsPaid
            ? "money of a payout came back, and it is not returned here"
            : "money of a payout came back that is not paid here";
        _findings.Add(
            new Finding.Back(
                row,
                last,
                total,
                Proves && row.IsPaid && lines.All(one => one.Named),
                Difference.Of(DifferenceKind.ReturnNotHere, last, text, row)
            )
        );
    }

    /// <summary>Minor units that the statements show as come back.</summary>
    private long Returned(BookRow row) => _returned.GetValueOrDefault(row.PayoutId) + row.ReturnedElsewhere;

    // From the payee of one payment of that amount, and of no other: it can be no other's return.
    private BookRow? OnlyPayer(BookLine line)
    {
        if (line.Line.OtherAccount is not { } payer || _order.Options.TopUpsFrom.Contains(payer))
            return null;
        var candidates = _order
            .Rows.Where(row =>
                row.PayeeAccount == payer
                && row.Amount.Is(line.Line.Amount, line.Line.Currency)
                && row.IsPaid
                && row.SentOn <= _day
            )
            .Take(2)
            .ToArray();
        return candidates.Length == 1 ? candidates[0] : null;
    }

    private static bool SameCurrency(BookLine line, BookRow row) =>
        string.Equals(line.Line.Currency, row.Amount.Currency, StringComparison.OrdinalIgnoreCase);
}
