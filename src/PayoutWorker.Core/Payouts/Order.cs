namespace PayoutWorker.Payouts;

internal enum Method
{
    Account,
    Card,
}

internal enum Flow
{
    /// <summary>create, start, ready, confirm: nothing is paid before our confirm.</summary>
    TwoStep,

    /// <summary>One call opens and starts; on a project with automatic confirmation that call pays.</summary>
    SingleRequest,
}

/// <summary>What the ERP ordered: the input columns of <c>payouts.outbox</c>, immutable after insert.</summary>
/// <param name="ErpKey">The ERP's own unique key of the payout.</param>
/// <param name="Amount">How much, in minor units with its currency.</param>
/// <param name="SealedCard">RSA-OAEP over card number and key; null for accounts and after the final state.</param>
/// <param name="Metadata">The ERP's JSON, sent along to the bank; null if none.</param>
internal sealed record Order(
    string ErpKey,
    Method Method,
    Flow Flow,
    Money Amount,
    string? SenderAccount,
    Recipient Recipient,
    string? Purpose,
    bool IsFast,
    byte[]? SealedCard,
    string? Metadata
);

/// <param name="CardLast4">The card's last four digits, to compare with the bank's echo.</param>
internal sealed record Recipient(
    string? Name,
    string? Account,
    string? Bik,
    string? Inn,
    string? Kpp,
    string? CardLast4
);

/// <param name="Minor">Minor units (kopecks).</param>
/// <param name="Currency">ISO 4217, compared without case: the bank takes <c>rub</c> and answers <c>RUB</c>.</param>
internal readonly record struct Money(long Minor, string Currency)
{
    public bool Is(long? minor, string? currency) =>
        minor == Minor && string.Equals(currency, Currency, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => $"{Minor / 100}.{Math.Abs(Minor % 100):00} {Currency}";
}
