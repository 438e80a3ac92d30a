using Bank131.Views;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.Reconciling;

/// <summary>A line of read_book_rows.sql.</summary>
internal sealed class BookRowData
{
    public long PayoutId { get; init; }
    public string ErpKey { get; init; } = "";
    public string State { get; init; } = "";
    public string? HeldKind { get; init; }
    public long Amount { get; init; }
    public string Currency { get; init; } = "";
    public string? BankPayoutId { get; init; }
    public string? EchoedPayoutId { get; init; }
    public string? Reference { get; init; }
    public string? PayeeAccount { get; init; }
    public string? CardLast4 { get; init; }
    public string? Purpose { get; init; }
    public DateTimeOffset? SentAt { get; init; }
    public DateTimeOffset? PaidAt { get; init; }
    public bool PaidInTime { get; init; }
    public bool ReturnedInTime { get; init; }
    public long ReturnedAmount { get; init; }
    public bool BookedElsewhere { get; init; }
    public long ReturnedElsewhere { get; init; }

    public BookRow ToRow(ReconcileOptions options) =>
        new()
        {
            PayoutId = PayoutId,
            ErpKey = ErpKey,
            State = PayoutStates.Parse(State),
            HeldKind = HeldKind is null ? null : DbText.ParseHoldKind(HeldKind),
            Amount = new Money(Amount, Currency),
            PaymentIds = [.. new[] { BankPayoutId, EchoedPayoutId }.OfType<string>().Distinct()],
            Reference = Reference,
            PayeeAccount = PayeeAccount,
            CardLast4 = CardLast4,
            Purpose = StatementLine.PurposeOf(Purpose),
            SentOn = SentAt is { } sent ? options.DayOf(sent) : null,
            PaidOn = PaidAt is { } paid ? options.DayOf(paid) : null,
            PaidInTime = PaidInTime,
            ReturnedInTime = ReturnedInTime,
            ReturnedAmount = ReturnedAmount,
            BookedElsewhere = BookedElsewhere,
            ReturnedElsewhere = ReturnedElsewhere,
        };
}
