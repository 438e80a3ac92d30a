using Bank131.Views;

namespace PayoutWorker.Host.Configuration.Settings;

/// <summary>
/// Section <c>Reconciliation</c>: comparing the bank's daily statements with the payouts. Which accounts: each project's
/// StatementAccounts.
/// </summary>
internal sealed class ReconciliationSettings
{
    /// <summary>How long after its end a day counts as closed; then it is compared by itself.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromHours(6);

    /// <summary>The bank's day begins at midnight of this offset from UTC; Moscow.</summary>
    public TimeSpan BankTime { get; init; } = TimeSpan.FromHours(3);

    /// <summary>What was paid this shortly before the end of a day is looked for with the next day's statement.</summary>
    public TimeSpan MidnightGrace { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How many days later than we learned of a payment the bank may book it.</summary>
    public int ShiftDays { get; init; } = 1;

    /// <summary>What an amount without a decimal point counts in statements.</summary>
    public AmountUnit AmountUnit { get; init; } = AmountUnit.Minor;

    /// <summary>A debit that fits no payout and has this word in its purpose is a fee.</summary>
    public string FeeWord { get; init; } = "комисси";

    /// <summary>Credits from these accounts are our own money, not returns.</summary>
    public IReadOnlyList<string> TopUpsFrom { get; init; } = [];

    /// <summary>A statement ends unknown outcomes that it proves; false leaves all of them to people.</summary>
    public bool Settles { get; init; } = true;

    /// <summary>Ask about returns also of payouts from accounts whose statements are compared.</summary>
    public bool KeepReturnWatch { get; init; }
}
