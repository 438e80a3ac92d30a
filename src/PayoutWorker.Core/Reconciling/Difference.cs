namespace PayoutWorker.Reconciling;

/// <summary>The kinds of <c>payouts.difference</c>; docs/reconciliation.md says what each means and what to do.</summary>
internal static class DifferenceKind
{
    public const string NotHere = "not_here";
    public const string NotThere = "not_there";
    public const string NotPaidHere = "not_paid_here";
    public const string UnknownNotThere = "unknown_not_there";
    public const string Ambiguous = "ambiguous";
    public const string AmountDiffers = "amount_differs";
    public const string PayeeDiffers = "payee_differs";
    public const string PaidTwice = "paid_twice";
    public const string AnotherDay = "another_day";
    public const string ReturnNotHere = "return_not_here";
    public const string ReturnNotThere = "return_not_there";
    public const string CreditUnknown = "credit_unknown";
    public const string UnreadableLine = "unreadable_line";
    public const string TotalsDiffer = "totals_differ";

    public static IReadOnlyList<string> All { get; } =
    [
        .. typeof(DifferenceKind)
            .GetFields()
            .Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!),
    ];
}

/// <param name="Subject">What it is about; one row for each account, day, kind and subject.</param>
/// <param name="There">Minor units in the statement.</param>
/// <param name="Here">Minor units in our rows.</param>
internal sealed record Difference(
    string Kind,
    string Subject,
    string Text,
    long? PayoutId = null,
    string? PaymentId = null,
    long? There = null,
    long? Here = null
)
{
    public static Difference Of(string kind, BookLine line, string text, BookRow? row = null) =>
        new(kind, "line " + line.Key, text, row?.PayoutId, line.Line.PaymentId, line.Line.Amount, row?.Amount.Minor);

    public static Difference Of(string kind, BookRow row, string text, long? there = null) =>
        new(
            kind,
            "payout " + row.PayoutId,
            text,
            row.PayoutId,
            row.PaymentIds is [var first, ..] ? first : null,
            there,
            row.Amount.Minor
        );
}

/// <summary>Something that the statement shows and our row does not know yet: asked about, then settled or reported.</summary>
/// <param name="Proves">The match leaves no doubt: the statement itself may settle it.</param>
/// <param name="Otherwise">What is reported when it could not be settled.</param>
internal abstract record Finding(BookRow Row, BookLine Line, bool Proves, Difference Otherwise)
{
    /// <summary>The bank paid it.</summary>
    internal sealed record Paid(BookRow Row, BookLine Line, bool Proves, Difference Otherwise)
        : Finding(Row, Line, Proves, Otherwise);

    /// <summary>Money of it came back.</summary>
    /// <param name="Total">All that came back, minor units.</param>
    internal sealed record Back(BookRow Row, BookLine Line, long Total, bool Proves, Difference Otherwise)
        : Finding(Row, Line, Proves, Otherwise);
}

/// <summary>The result of a comparison.</summary>
internal sealed record Compared(
    IReadOnlyList<Placed> Lines,
    IReadOnlyList<Difference> Differences,
    IReadOnlyList<Finding> Findings
);
