using Bank131.Views;
using PayoutWorker.Payouts;

namespace PayoutWorker.Reconciling;

// Debits that name no payout of ours.
internal sealed partial class Comparison
{
    /// <summary>Payee and amount; the same purpose too, where both sides have one, except for what is known as paid.</summary>
    private void TakeByPayee()
    {
        var rows = _order.Rows.Where(IsLeft).ToLookup(Key);
        foreach (var group in Left(StatementSide.Debit).GroupBy(Key).ToArray())
            if (group.Key is { } key)
                TakeGroup([.. group], [.. rows[key]]);
    }

    // What is known as paid must have its line, so it comes first. A line that is left over belongs to what is not paid
    // here, if that can be one payout only, and if no other payment like it makes it doubtful which line is whose.
    private void TakeGroup(IReadOnlyList<BookLine> lines, IReadOnlyList<BookRow> rows)
    {
        Queue<BookRow> paid = new(rows.Where(row => row.IsPaid && IsNear(row)).OrderBy(row => !row.PaidInTime));
        BookRow[] open = [.. rows.Where(row => !row.IsPaid && MayHaveBeenPaid(row))];
        foreach (var line in lines)
        {
            var candidates = open.Where(row => SamePurpose(line, row) && MayBe(line, row)).ToArray();
            if (FirstThatMayBe(line, paid) is { } known)
                TakePayment(known, line, named: false);
            else if (_order.Complete && candidates is [{ IsUnknown: true } only] && lines.Count == 1 && rows.Count == 1)
                TakePayment(only, line, named: true);
            else if (candidates.Length > 0)
            {
                _doubtful.UnionWith(candidates.Select(row => row.PayoutId));
                var keys = string.Join(", ", candidates.Take(5).Select(row => $"{row.ErpKey} ({row.State.Text()})"));
                Report(DifferenceKind.Ambiguous, line, $"it could be the payment of {keys}");
            }
        }
    }

    /// <summary>Nothing but the amount to go by: enough to count payments that are known, never to settle one.</summary>
    private void TakeByAmount()
    {
        var rows = _order
            .Rows.Where(row => row is { PaidInTime: true, IsPaid: true } && IsLeft(row))
            .ToLookup(row => (row.Amount.Minor, row.Amount.Currency.ToUpperInvariant()));
        foreach (var line in Left(StatementSide.Debit).ToArray())
        {
            if (line.Line is not { OtherAccount: null, CardLast4: null })
                continue;
            if (Mentions(line, _order.Options.FeeWord))
                continue;
            var row = rows[(line.Line.Amount!.Value, line.Line.Currency!)]
                .FirstOrDefault(row => IsLeft(row) && MayBe(line, row));
            if (row is not null)
                TakePayment(row, line, named: false);
        }
    }

    private bool IsLeft(BookRow row) => !_booked.Contains(row.PayoutId) && !row.BookedElsewhere;

    // A payment is booked between the day it was sent and a little after the day on which we learned of it.
    private bool IsNear(BookRow row) => row.SentOn <= _day && _day <= row.PaidOn?.AddDays(_order.Options.ShiftDays);

    private static BookRow? FirstThatMayBe(BookLine line, Queue<BookRow> paid)
    {
        for (var i = paid.Count; i > 0; i--)
        {
            var row = paid.Dequeue();
            if (MayBe(line, row))
                return row;
            paid.Enqueue(row);
        }
        return null;
    }

    // The bank's payout ids are of one kind on both sides: two of them that differ are two payouts.
    private static bool MayBe(BookLine line, BookRow row) =>
        line.Line.PaymentId?.StartsWith("po_", StringComparison.Ordinal) != true
        || row.PaymentIds.Count == 0
        || row.PaymentIds.Contains(line.Line.PaymentId);

    private static bool SamePurpose(BookLine line, BookRow row) =>
        line.Line.Purpose is null || row.Purpose is null || line.Line.Purpose == row.Purpose;

    private static (string Payee, long Amount, string Currency)? Key(BookLine line) =>
        Key(line.Line.OtherAccount, line.Line.CardLast4, line.Line.Amount!.Value, line.Line.Currency!);

    private static (string Payee, long Amount, string Currency)? Key(BookRow row) =>
        Key(row.PayeeAccount, row.CardLast4, row.Amount.Minor, row.Amount.Currency.ToUpperInvariant());

    private static (string Payee, long Amount, string Currency)? Key(
        string? account,
        string? card,
        long amount,
        string currency
    ) => (account ?? card) is { } payee ? (payee, amount, currency) : null;
}
