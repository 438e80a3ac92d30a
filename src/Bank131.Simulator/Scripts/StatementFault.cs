namespace Bank131.Simulator;

/// <summary>Something wrong in the statements, for as long as it stands.</summary>
/// <param name="Payee">Lines about this account or card number; null: every line.</param>
internal sealed record StatementFault(StatementFaultKind Kind, string? Payee = null)
{
    /// <summary>Minor units: of an extra line, or what is added to a line's amount.</summary>
    public long Amount { get; init; }

    /// <summary>For <see cref="StatementFaultKind.OtherDay"/>: how many days later, or before.</summary>
    public int Days { get; init; }

    /// <summary>The account of an extra line.</summary>
    public string? Account { get; init; }

    /// <summary>An extra line is money that came.</summary>
    public bool Credit { get; init; }
}

internal enum StatementFaultKind
{
    /// <summary>The line is not there; the totals do not know it either.</summary>
    MissingLine,

    /// <summary>A line that no payout stands behind, on every day.</summary>
    ExtraLine,

    /// <summary>The line stands there twice.</summary>
    DoubledLine,
    OtherAmount,
    OtherDay,

    /// <summary>The last line is cut off, and the totals still count it.</summary>
    CutOff,
}
