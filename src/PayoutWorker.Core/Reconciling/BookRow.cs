using PayoutWorker.Payouts;

namespace PayoutWorker.Reconciling;

/// <summary>A payout as far as comparing it with a statement needs it.</summary>
internal sealed record BookRow
{
    public required long PayoutId { get; init; }
    public required string ErpKey { get; init; }
    public required PayoutState State { get; init; }
    public HoldKind? HeldKind { get; init; }
    public required Money Amount { get; init; }

    /// <summary>The bank's ids of its payments, as far as they are known.</summary>
    public IReadOnlyList<string> PaymentIds { get; init; } = [];

    /// <summary>Our reference, as sent to the bank.</summary>
    public string? Reference { get; init; }

    public string? PayeeAccount { get; init; }
    public string? CardLast4 { get; init; }

    /// <summary>As <see cref="Bank131.Views.StatementLine.PurposeOf"/> shows it.</summary>
    public string? Purpose { get; init; }

    /// <summary>The first bank's day on which money of it may have moved; null: nothing was sent that could pay.</summary>
    public DateOnly? SentOn { get; init; }

    /// <summary>The bank's day on which it became paid here; null: it never did.</summary>
    public DateOnly? PaidOn { get; init; }

    /// <summary>It became paid in the time that this day's statement must show.</summary>
    public bool PaidInTime { get; init; }

    /// <summary>Money of it came back, as we know, in the time that this day's statement must show.</summary>
    public bool ReturnedInTime { get; init; }

    /// <summary>Minor units that came back, as we know.</summary>
    public long ReturnedAmount { get; init; }

    /// <summary>The statement of another day shows the payment.</summary>
    public bool BookedElsewhere { get; init; }

    /// <summary>Minor units that came back in the statements of other days.</summary>
    public long ReturnedElsewhere { get; init; }

    public bool IsPaid => State is PayoutState.Paid or PayoutState.Returned;
    public bool IsUnknown => State == PayoutState.Held && HeldKind == Payouts.HoldKind.OutcomeUnknown;
}
