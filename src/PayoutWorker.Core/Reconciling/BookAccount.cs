using Bank131.Views;

namespace PayoutWorker.Reconciling;

/// <summary>An own account whose daily statement is compared with our rows.</summary>
/// <param name="Number">20 digits.</param>
/// <param name="Project">The project that asks for the statement.</param>
/// <param name="CardProjects">Projects whose card payouts are debited from it.</param>
internal sealed record BookAccount(string Number, string Project, IReadOnlyList<string> CardProjects);

internal sealed record ReconcileOptions
{
    public IReadOnlyList<BookAccount> Accounts { get; init; } = [];

    /// <summary>How long after its end a day counts as closed; then it is compared by itself.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromHours(6);

    /// <summary>The bank's day begins at midnight of this offset from UTC.</summary>
    public TimeSpan BankTime { get; init; } = TimeSpan.FromHours(3);

    /// <summary>What was paid this shortly before the end of a day is looked for with the next day's statement.</summary>
    public TimeSpan MidnightGrace { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How many days later than we learned of a payment the bank may book it.</summary>
    public int ShiftDays { get; init; } = 1;

    /// <summary>What an amount without a decimal point counts.</summary>
    public AmountUnit Unit { get; init; }

    /// <summary>A debit that fits no payout and has this word in its purpose is a fee.</summary>
    public string FeeWord { get; init; } = "комисси";

    /// <summary>Credits from these accounts are our own money; any other credit must be a return.</summary>
    public IReadOnlyList<string> TopUpsFrom { get; init; } = [];

    /// <summary>A statement ends unknown outcomes; false leaves all of them to people.</summary>
    public bool Settles { get; init; } = true;

    /// <summary>The bank's day at that moment.</summary>
    public DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime + BankTime);

    /// <summary>When the bank's day begins.</summary>
    public DateTimeOffset BeginOf(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue) - BankTime, TimeSpan.Zero);
}
