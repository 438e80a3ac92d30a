namespace Bank131.Simulator;

/// <summary>What the page "Account statements" leaves open. The defaults are the likeliest readings.</summary>
internal sealed record StatementPolicies
{
    /// <summary>The bank's day begins at midnight of this offset from UTC: Moscow.</summary>
    public TimeSpan BankTime { get; init; } = TimeSpan.FromHours(3);

    /// <summary>Balance of every account at the beginning of time, minor units.</summary>
    public long OpeningBalance { get; init; } = 1_000_000_000_000;

    /// <summary>Fee of each account payout, minor units, booked as a debit of its own; 0: none.</summary>
    public long Fee { get; init; }

    public StatementSigns Signs { get; init; }

    /// <summary>What <c>bank_system_id</c> is.</summary>
    public StatementIds Ids { get; init; }

    public StatementAmounts Amounts { get; init; }

    /// <summary>The totals stand beside <c>account_statement</c>, not in it.</summary>
    public bool TotalsOutside { get; init; }

    /// <summary>Account, purpose and card of the other side are shown.</summary>
    public bool ShowsOtherSide { get; init; } = true;

    /// <summary>The payout's metadata are shown.</summary>
    public bool ShowsMetadata { get; init; }
}

/// <summary>Debits as negative amounts (older edition), or all amounts positive with a word on the side.</summary>
internal enum StatementSigns
{
    Signed,
    Word,

    /// <summary>All positive, and nothing says which is which.</summary>
    None,
}

internal enum StatementIds
{
    /// <summary>The payout's id, on its amount, its fee and its return.</summary>
    Payout,

    /// <summary>Numbers of the bank's own books.</summary>
    Own,

    None,
}

internal enum StatementAmounts
{
    Kopecks,

    /// <summary>Rubles as text with two decimals.</summary>
    Rubles,
}
