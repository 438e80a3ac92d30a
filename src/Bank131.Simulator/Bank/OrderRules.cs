namespace Bank131.Simulator;

/// <summary>What the bank's parameter pages demand of a payout.</summary>
internal static class OrderRules
{
    private const int MaxDescription = 210;

    // Page "Payouts from a settlement account": other prefixes make the payout fail.
    private static readonly string[] Prefixes =
    [
        "40817810",
        "42301810",
        "42302810",
        "42303810",
        "42304810",
        "42305810",
        "42306810",
        "42307810",
        "40802810",
        "40820810",
        "40702810",
        "40701810",
        "40502810",
    ];

    /// <summary>What is wrong, or null.</summary>
    public static string? Broken(PayoutOrder order, bool rko, bool controlKeys)
    {
        if (order.Amount is null)
            return "amount_details.amount is required";
        if (!string.Equals(order.Currency, "rub", StringComparison.OrdinalIgnoreCase))
            return "amount_details.currency: expected rub";
        if (order.CardNumber is not null)
            return rko ? "this method pays to accounts only" : BrokenCard(order);
        if (order.Account is null)
            return "payment_method is required";
        if (rko && !IsDigits(order.SenderAccount, 20))
            return "participant_details.sender.account: expected 20 digits";
        return BrokenAccount(order, controlKeys);
    }

    private static string? BrokenCard(PayoutOrder order)
    {
        var number = order.CardNumber!;
        // The bank's own example shows a masked number, so a star passes for a digit.
        if (number.Length is < 14 or > 19 || !number.All(c => char.IsAsciiDigit(c) || c == '*'))
            return "bank_card.number: expected 14 to 19 digits";
        return string.IsNullOrWhiteSpace(order.RecipientName)
            ? "participant_details.recipient.full_name is required"
            : null;
    }

    private static string? BrokenAccount(PayoutOrder order, bool controlKeys)
    {
        if (!IsDigits(order.Account, 20))
            return "ru.account: expected 20 digits";
        if (!Prefixes.Any(p => order.Account!.StartsWith(p, StringComparison.Ordinal)))
            return "ru.account: payouts to such accounts are not made";
        if (!IsDigits(order.Bik, 9))
            return "ru.bik: expected 9 digits";
        if (string.IsNullOrWhiteSpace(order.FullName))
            return "ru.full_name is required";
        if (string.IsNullOrWhiteSpace(order.Description))
            return "ru.description is required";
        if (order.Description.Length > MaxDescription)
            return "ru.description: at most 210 characters";
        if (order.Description.AsSpan().ContainsAny('?', '!'))
            return "ru.description: ? and ! are forbidden";
        if (order.Inn is not null && !IsDigits(order.Inn, 10) && !IsDigits(order.Inn, 12))
            return "ru.inn: expected 10 or 12 digits";
        if (order.Kpp is not null && !IsDigits(order.Kpp, 9))
            return "ru.kpp: expected 9 digits";
        return controlKeys && !HasControlKey(order.Bik!, order.Account!) ? "ru.account: wrong control key" : null;
    }

    private static bool IsDigits(string? text, int length) =>
        text is not null && text.Length == length && text.All(char.IsAsciiDigit);

    // The Central Bank's key: weights 7-1-3 over the BIK's last three digits and the account.
    private static bool HasControlKey(string bik, string account)
    {
        ReadOnlySpan<int> weights = [7, 1, 3];
        var digits = bik[^3..] + account;
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
            sum += (digits[i] - '0') * weights[i % 3] % 10;
        return sum % 10 == 0;
    }
}
