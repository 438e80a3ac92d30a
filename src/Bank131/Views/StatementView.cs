namespace Bank131.Views;

/// <summary>
/// One day of an account as the bank booked it. Source: page "Account statements" (report/account_statement). Certain:
/// the names of the totals, and of a transaction <c>amount</c>, <c>currency</c>, <c>payment_date</c> and
/// <c>bank_system_id</c>. Assumed: the unit (kopecks), that <c>bank_system_id</c> is the payout's id, and every other
/// field of a transaction, none of which the page shows.
/// </summary>
/// <param name="Account">20 digits.</param>
/// <param name="Debit">Total of the day, minor units, not negative; null when the bank did not say.</param>
/// <param name="Opening">Balance at the beginning of the day, minor units.</param>
/// <param name="Lines">In the bank's order.</param>
public sealed record StatementView(
    string Account,
    DateOnly Day,
    long? Debit,
    long? Credit,
    long? Opening,
    long? Closing,
    IReadOnlyList<StatementLine> Lines
)
{
    /// <summary>
    /// The lines sum up to the totals, and the totals lead from the opening to the closing balance. Null when the bank
    /// gave no totals to compare with. A statement that does not add up is cut or wrong: it proves nothing.
    /// </summary>
    public bool? AddsUp
    {
        get
        {
            if (Lines.Any(line => line.Amount is null || line.Side == StatementSide.Unknown))
                return false;
            if (Debit is null && Credit is null)
                return null;
            return (Debit is not { } debit || debit == Sum(StatementSide.Debit))
                && (Credit is not { } credit || credit == Sum(StatementSide.Credit))
                && (
                    Opening is not { } opening
                    || Closing is not { } closing
                    || (Int128)opening + Sum(StatementSide.Credit) - Sum(StatementSide.Debit) == closing
                );
        }
    }

    private Int128 Sum(StatementSide side) =>
        Lines.Where(line => line.Side == side).Aggregate((Int128)0, (sum, line) => sum + line.Amount!.Value);
}

/// <summary>One booking.</summary>
/// <param name="PaymentId"><c>bank_system_id</c>; null when not given.</param>
/// <param name="Side">Which way the money went, seen from our account.</param>
/// <param name="Amount">Minor units, above zero; null when it cannot be read.</param>
/// <param name="Currency">Upper case; null when not given.</param>
/// <param name="BookedOn"><c>payment_date</c>; null when it cannot be read.</param>
/// <param name="OtherAccount">The account on the other side, if the bank shows it.</param>
/// <param name="CardLast4">Last four digits of the card paid to, if the bank shows them.</param>
/// <param name="Purpose">Masked as all free text of the bank.</param>
/// <param name="Reference">Our reference, if the metadata came back.</param>
public sealed record StatementLine(
    string? PaymentId,
    StatementSide Side,
    long? Amount,
    string? Currency,
    DateOnly? BookedOn,
    string? OtherAccount,
    string? CardLast4,
    string? Purpose,
    string? Reference
)
{
    /// <summary>A purpose as it looks in <see cref="Purpose"/>, to compare an order's with it.</summary>
    public static string? PurposeOf(string? text) => MaskedText.Of(text)?.Trim();
}

public enum StatementSide
{
    /// <summary>Neither the sign nor a word nor the totals say which.</summary>
    Unknown,

    /// <summary>Money left our account.</summary>
    Debit,

    /// <summary>Money came.</summary>
    Credit,
}
