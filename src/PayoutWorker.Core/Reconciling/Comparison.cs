using Bank131.Views;

namespace PayoutWorker.Reconciling;

/// <param name="Closed">The day is over for good: what is absent from its statement is told.</param>
/// <param name="Complete">
/// Whoever a line without a name may belong to is among the rows: the day is closed, and not so long past that payouts
/// which ended since are not read any more.
/// </param>
/// <param name="Known">What earlier comparisons found lines of this day to be: payout ids by line key.</param>
internal sealed record ComparisonOrder(
    StatementView Statement,
    IReadOnlyList<BookLine> Lines,
    IReadOnlyList<BookRow> Rows,
    IReadOnlyDictionary<string, long> Known,
    bool Closed,
    bool Complete,
    ReconcileOptions Options
);

/// <summary>
/// Statement lines against our rows, pure. What names a payout comes first (the bank's id, our reference), then what
/// shows payee and amount, then the amount alone. Only a match that leaves one line and one row, each the other's only
/// candidate, may settle anything; everything else is reported.
/// </summary>
internal sealed partial class Comparison
{
    private readonly ComparisonOrder _order;
    private readonly DateOnly _day;
    private readonly Dictionary<string, BookRow> _byName;
    private readonly Dictionary<long, BookRow> _byId;
    private readonly Dictionary<BookLine, Placed> _placed = [];
    private readonly HashSet<long> _booked = [];
    private readonly HashSet<long> _doubtful = [];
    private readonly List<Difference> _differences = [];
    private readonly List<Finding> _findings = [];

    private Comparison(ComparisonOrder order)
    {
        _order = order;
        _day = order.Statement.Day;
        _byId = order.Rows.ToDictionary(row => row.PayoutId);
        // A name that two rows share names none of them.
        _byName = order
            .Rows.SelectMany(row => Names(row).Distinct().Select(name => (Name: name, Row: row)))
            .GroupBy(pair => pair.Name)
            .Where(group => group.Count() == 1)
            .ToDictionary(group => group.Key, group => group.Single().Row);
    }

    public static Compared Run(ComparisonOrder order)
    {
        var comparison = new Comparison(order);
        comparison.Check();
        comparison.Debits();
        comparison.Credits();
        comparison.Absent();
        return new Compared(
            [
                .. order.Lines.Select(line =>
                    comparison._placed.GetValueOrDefault(line, new Placed(line, LineKind.Other, null))
                ),
            ],
            comparison._differences,
            comparison._findings
        );
    }

    // A statement that does not add up is reported, and proves nothing.
    private bool Proves => _order.Options.Settles && _order.Statement.AddsUp == true;

    private void Check()
    {
        if (_order.Statement.AddsUp == false)
            _differences.Add(
                new Difference(
                    DifferenceKind.TotalsDiffer,
                    "statement",
                    "the statement's lines do not add up to its totals, or a line cannot be read; it settles nothing"
                )
            );
        foreach (var line in _order.Lines)
            if (line.Line is { Amount: null } or { Currency: null } or { Side: StatementSide.Unknown })
                Report(DifferenceKind.UnreadableLine, line, "its amount, currency or side cannot be read");
    }

    private void Debits()
    {
        BookLine[] debits = [.. Readable(StatementSide.Debit)];
        foreach (var group in debits.Where(line => Named(line) is not null).GroupBy(line => Named(line)!.PayoutId))
            TakeNamed(_byId[group.Key], [.. group]);
        TakeByPayee();
        TakeByAmount();
        foreach (var line in Left(StatementSide.Debit))
            if (Mentions(line, _order.Options.FeeWord))
                Place(line, LineKind.Fee, null);
            else if (!_differences.Exists(difference => difference.Subject == "line " + line.Key))
                Report(DifferenceKind.NotHere, line, "money left the account, and no payout of ours explains it");
    }

    // All debits that name one payout: its amount, its fee, and what should not be there.
    private void TakeNamed(BookRow row, IReadOnlyList<BookLine> lines)
    {
        BookLine[] whole = [.. lines.Where(line => row.Amount.Is(line.Line.Amount, line.Line.Currency))];
        var main = row.BookedElsewhere
            ? null
            : whole.FirstOrDefault()
                ?? lines
                    .Where(line => !Mentions(line, _order.Options.FeeWord))
                    .OrderByDescending(line => line.Line.Amount)
                    .FirstOrDefault();
        foreach (var line in lines)
            if (line == main)
                TakePayment(row, line, named: true);
            else if (whole.Contains(line))
            {
                Place(line, LineKind.Payout, row);
                Report(DifferenceKind.PaidTwice, line, "the bank booked the payout's whole amount more than once", row);
            }
            else
                Place(line, LineKind.Fee, row);
    }

    private void TakePayment(BookRow row, BookLine line, bool named)
    {
        Place(line, LineKind.Payout, row);
        _booked.Add(row.PayoutId);
        var sameAmount = row.Amount.Is(line.Line.Amount, line.Line.Currency);
        var samePayee =
            (line.Line.OtherAccount is not { } account || row.PayeeAccount is null || account == row.PayeeAccount)
            && (line.Line.CardLast4 is not { } card || row.CardLast4 is null || card == row.CardLast4);
        if (!sameAmount)
            Report(DifferenceKind.AmountDiffers, line, "the bank booked another amount than was ordered", row);
        if (!samePayee)
            Report(DifferenceKind.PayeeDiffers, line, "the bank booked it to another payee than was ordered", row);
        if (!row.IsPaid)
            _findings.Add(
                new Finding.Paid(
                    row,
                    line,
                    Proves && named && sameAmount && samePayee && MayHaveBeenPaid(row),
                    Difference.Of(
                        DifferenceKind.NotPaidHere,
                        line,
                        "the statement shows the payment of a payout that is not paid here",
                        row
                    )
                )
            );
        else if (_day < row.SentOn || _day > row.PaidOn?.AddDays(_order.Options.ShiftDays))
            Report(
                DifferenceKind.AnotherDay,
                line,
                "the bank booked it on a day on which it cannot have been paid",
                row
            );
    }

    private bool MayHaveBeenPaid(BookRow row) => row.SentOn <= _day;

    // What must be there and is not, once nothing more can come.
    private void Absent()
    {
        if (!_order.Closed)
            return;
        foreach (var row in _order.Rows)
        {
            if (row.PaidInTime && row.IsPaid && !row.BookedElsewhere && !_booked.Contains(row.PayoutId))
                Report(DifferenceKind.NotThere, row, "paid here, and the statement does not show it", 0);
            if (
                row.IsUnknown
                && row.SentOn == _day
                && !_booked.Contains(row.PayoutId)
                && !_doubtful.Contains(row.PayoutId)
            )
                Report(
                    DifferenceKind.UnknownNotThere,
                    row,
                    "its outcome is not known, and the statement does not show it; that does not prove that it was not paid",
                    0
                );
            var back = Returned(row);
            if (row.ReturnedInTime && back < row.ReturnedAmount)
                Report(DifferenceKind.ReturnNotThere, row, "came back here, and the statement does not show it", back);
        }
    }

    private BookRow? Named(BookLine line) =>
        _order.Known.TryGetValue(line.Key, out var id) && _byId.TryGetValue(id, out var known) ? known
        : line.Line.PaymentId is { } payment && _byName.TryGetValue("id " + payment, out var byId) ? byId
        : line.Line.Reference is { } reference && _byName.TryGetValue("ref " + reference, out var byRef) ? byRef
        : null;

    private static IEnumerable<string> Names(BookRow row) =>
        row
            .PaymentIds.Select(id => "id " + id)
            .Concat(row.Reference is { } reference ? ["ref " + reference] : Array.Empty<string>());

    private IEnumerable<BookLine> Readable(StatementSide side) =>
        _order.Lines.Where(line => line.Line is { Amount: not null, Currency: not null } && line.Line.Side == side);

    private IEnumerable<BookLine> Left(StatementSide side) => Readable(side).Where(line => !_placed.ContainsKey(line));

    private static bool Mentions(BookLine line, string word) =>
        word.Length > 0 && line.Line.Purpose?.Contains(word, StringComparison.OrdinalIgnoreCase) == true;

    private void Place(BookLine line, LineKind kind, BookRow? row) =>
        _placed[line] = new Placed(line, kind, row?.PayoutId);

    private void Report(string kind, BookLine line, string text, BookRow? row = null) =>
        _differences.Add(Difference.Of(kind, line, text, row));

    private void Report(string kind, BookRow row, string text, long? there) =>
        _differences.Add(Difference.Of(kind, row, text, there));
}
