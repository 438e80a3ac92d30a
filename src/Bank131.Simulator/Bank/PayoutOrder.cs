namespace Bank131.Simulator;

/// <summary>What a partner asks for. Create may carry a part of it, which start completes or changes.</summary>
internal sealed record PayoutOrder
{
    public static readonly PayoutOrder Empty = new();

    public string? Bik { get; init; }
    public string? Account { get; init; }
    public string? FullName { get; init; }
    public string? Description { get; init; }
    public bool? IsFast { get; init; }
    public string? Inn { get; init; }
    public string? Kpp { get; init; }
    public string? CardNumber { get; init; }
    public long? Amount { get; init; }
    public string? Currency { get; init; }
    public string? SenderAccount { get; init; }
    public string? RecipientName { get; init; }

    public bool HasMethod => CardNumber is not null || Account is not null || Bik is not null;
    public string? Payee => CardNumber ?? Account;

    /// <summary>This over what an earlier call gave.</summary>
    public PayoutOrder Over(PayoutOrder earlier)
    {
        if (ReferenceEquals(earlier, Empty))
            return this;
        var method = HasMethod ? this : earlier;
        return method with
        {
            Amount = Amount ?? earlier.Amount,
            Currency = Currency ?? earlier.Currency,
            SenderAccount = SenderAccount ?? earlier.SenderAccount,
            RecipientName = RecipientName ?? earlier.RecipientName,
        };
    }

    /// <summary>The same with one field falsified.</summary>
    public PayoutOrder With(MismatchField field) =>
        field switch
        {
            MismatchField.Amount => this with { Amount = Amount + 100 },
            MismatchField.Currency => this with { Currency = "usd" },
            MismatchField.Account when CardNumber is not null => this with { CardNumber = OtherDigit(CardNumber) },
            MismatchField.Account => this with { Account = OtherDigit(Account) },
            MismatchField.Bik => this with { Bik = OtherDigit(Bik) },
            MismatchField.Sender => this with { SenderAccount = OtherDigit(SenderAccount) },
            MismatchField.Name when CardNumber is not null => this with { RecipientName = "Somebody Else" },
            MismatchField.Name => this with { FullName = "Somebody Else" },
            MismatchField.Inn => this with { Inn = "7707083893" },
            MismatchField.Kpp => this with { Kpp = "770701001" },
            _ => throw new InvalidOperationException($"a mismatch of {field} is not known"),
        };

    private static string? OtherDigit(string? digits) =>
        digits is { Length: > 0 } ? digits[..^1] + (digits[^1] == '9' ? '0' : (char)(digits[^1] + 1)) : digits;
}
