namespace Bank131.Simulator;

/// <summary>One payment that the bank really made.</summary>
/// <param name="Payee">Recipient account or card number.</param>
/// <param name="Bik">Of an account; null for a card.</param>
/// <param name="Sender">Own account; null for a card.</param>
/// <param name="Amount">Minor units.</param>
/// <param name="Currency">Upper-case.</param>
/// <param name="Automatic">The bank confirmed by itself.</param>
/// <param name="Confirms">How many confirms the session got.</param>
/// <param name="RefundedAmount">Minor units that came back.</param>
internal sealed record LedgerEntry(
    string SessionId,
    string PayoutId,
    string Project,
    string Payee,
    string? Bik,
    string? PayeeName,
    string? Sender,
    long Amount,
    string Currency,
    DateTimeOffset SettledAt,
    bool Automatic,
    int Confirms,
    long RefundedAmount
)
{
    /// <summary>Purpose as ordered; null for a card.</summary>
    public string? Purpose { get; init; }

    /// <summary>The account that the money left: the sender's, or for a card what the project is settled from.</summary>
    public string? Debited { get; init; }

    /// <summary>The partner's reference, if the metadata had one.</summary>
    public string? Reference { get; init; }
}

/// <summary>Money that came back.</summary>
/// <param name="Of">The payment, as it was then.</param>
/// <param name="Amount">Minor units.</param>
internal sealed record LedgerRefund(string RefundId, LedgerEntry Of, long Amount, DateTimeOffset At);
