namespace PayoutWorker.IntegrationTests.Database.Support;

/// <summary>A row as the ERP inserts it; by default an account payout that can be paid.</summary>
internal sealed record OrderRow(string ErpKey)
{
    public const string Insert = """
        INSERT INTO payouts.outbox (
            erp_key, method, flow, amount, currency, sender_account, recipient_name, recipient_account, recipient_bik,
            purpose, sealed_card, card_last4, metadata, not_before, priority
        )
        VALUES (
            @ErpKey, @Method, @Flow, @Amount, @Currency, @SenderAccount, @RecipientName, @RecipientAccount,
            @RecipientBik, @Purpose, @SealedCard, @CardLast4, @Metadata::jsonb, now() + @NotBefore, @Priority
        )
        RETURNING id
        """;

    public string Method { get; init; } = "account";
    public string? Flow { get; init; }
    public long Amount { get; init; } = 350000;
    public string Currency { get; init; } = "RUB";
    public string? SenderAccount { get; init; } = "40702810300200000013";
    public string? RecipientName { get; init; } = "Petrov Petr";
    public string? RecipientAccount { get; init; } = "40817810400003869535";
    public string? RecipientBik { get; init; } = "044525974";
    public string? Purpose { get; init; } = "Fee under contract 12. VAT exempt";
    public byte[]? SealedCard { get; init; }
    public string? CardLast4 { get; init; }
    public string? Metadata { get; init; }

    /// <summary>From now on.</summary>
    public TimeSpan? NotBefore { get; init; }

    public short Priority { get; init; }

    public static OrderRow Card(string erpKey) =>
        new(erpKey)
        {
            Method = "card",
            Amount = 10000,
            SenderAccount = null,
            RecipientAccount = null,
            RecipientBik = null,
            Purpose = null,
            SealedCard = new byte[256],
            CardLast4 = "4940",
        };
}
