using System.Globalization;
using Bank131.Views;

namespace Bank131.Simulator;

/// <summary>Serves one day of an account, from the ledger: what was paid, the fees, and what came back.</summary>
internal sealed class StatementDesk(BankState state, ScriptBook scripts)
{
    /// <summary>Null when the request is not for one day of one account.</summary>
    public BankReply? Serve(BankRequest request)
    {
        using var document = ViewReader.Parse(request.Body);
        if (document is null)
            return null;
        var root = document.RootElement;
        var (from, to) = (ViewReader.Text(root, "date_from"), ViewReader.Text(root, "date_to"));
        if (
            ViewReader.Text(root, "account_number") is not { Length: 20 } account
            || from != to
            || !DateOnly.TryParseExact(from, "yyyy-MM-dd", CultureInfo.InvariantCulture, default, out var day)
        )
            return null;
        var booked = Faulty(account, Bookings(account));
        var opening =
            state.Options.Statements.OpeningBalance
            + booked.Where(b => b.Day < day).Sum(b => b.Debit ? -b.Amount : b.Amount);
        var (lines, counted) = CutOff(account, [.. booked.Where(b => b.Day == day)]);
        return new BankReply(
            200,
            StatementWriter.Write(state.Options.Statements, account, day, opening, lines, counted)
        )
        {
            IsAccepted = true,
        };
    }

    /// <summary>The partner's reference in the metadata of a payout.</summary>
    public static string? ReferenceIn(string? metadata)
    {
        using var document = metadata is null ? null : ViewReader.Parse(System.Text.Encoding.UTF8.GetBytes(metadata));
        return document is null ? null : ViewReader.Text(document.RootElement, "ref");
    }

    private List<Booking> Bookings(string account)
    {
        var fee = state.Options.Statements.Fee;
        List<Booking> all = [];
        foreach (var entry in state.Ledger.All())
        {
            if (entry.Debited != account)
                continue;
            var day = DayOf(entry.SettledAt);
            all.Add(new Booking(entry, entry.PayoutId, day, true, entry.Amount, entry.Purpose));
            if (fee > 0 && entry.Bik is not null)
                all.Add(new Booking(entry, entry.PayoutId, day, true, fee, "Комиссия за перевод") { IsFee = true });
        }
        foreach (var refund in state.Ledger.Refunds())
            if (refund.Of.Debited == account)
                all.Add(
                    new Booking(
                        refund.Of,
                        refund.Of.PayoutId,
                        DayOf(refund.At),
                        false,
                        refund.Amount,
                        "Возврат средств"
                    )
                );
        return all;
    }

    private List<Booking> Faulty(string account, List<Booking> lines)
    {
        foreach (var fault in scripts.Statements)
        {
            var meant = lines
                .Where(l => l is { IsFee: false, Debit: true } && (fault.Payee is null || l.Of?.Payee == fault.Payee))
                .ToArray();
            switch (fault.Kind)
            {
                case StatementFaultKind.MissingLine:
                    lines.RemoveAll(l => meant.Contains(l));
                    break;
                case StatementFaultKind.DoubledLine:
                    lines.AddRange(meant);
                    break;
                case StatementFaultKind.OtherAmount:
                    lines = [.. lines.Select(l => meant.Contains(l) ? l with { Amount = l.Amount + fault.Amount } : l)];
                    break;
                case StatementFaultKind.OtherDay:
                    lines =
                    [
                        .. lines.Select(l =>
                            meant.Contains(l) || fault.Payee is null ? l with { Day = l.Day.AddDays(fault.Days) } : l
                        ),
                    ];
                    break;
                case StatementFaultKind.ExtraLine when fault.Account == account:
                    lines.AddRange(
                        lines
                            .Select(l => l.Day)
                            .Distinct()
                            .Select(day => new Booking(null, "x_1", day, !fault.Credit, fault.Amount, "Прочее"))
                            .ToArray()
                    );
                    break;
            }
        }
        return lines;
    }

    private (List<Booking> Lines, List<Booking> Counted) CutOff(string account, List<Booking> lines)
    {
        var cut = scripts.Statements.Any(f => f.Kind == StatementFaultKind.CutOff && f.Account == account);
        return (cut ? [.. lines.SkipLast(1)] : lines, lines);
    }

    private DateOnly DayOf(DateTimeOffset at) =>
        DateOnly.FromDateTime((at.ToUniversalTime() + state.Options.Statements.BankTime).DateTime);
}

/// <summary>A line of the bank's books.</summary>
/// <param name="Of">The payment that it is about; null for what no payout stands behind.</param>
/// <param name="Debit">Money left the partner's account.</param>
/// <param name="Amount">Minor units.</param>
internal sealed record Booking(LedgerEntry? Of, string PayoutId, DateOnly Day, bool Debit, long Amount, string? Purpose)
{
    public bool IsFee { get; init; }
}
