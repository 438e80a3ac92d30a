using PayoutWorker.Payouts;

namespace PayoutWorker.Decisions;

/// <param name="CheckKeys">
/// Check the control digits of account and INN. Off by default: one of the bank's own samples fails them.
/// </param>
internal sealed record RequisitesPolicy(bool CheckKeys = false);

/// <summary>
/// Can this order be paid as it stands? Rules of the bank's pages "Payouts from a settlement account" and "Russian
/// account parameters". The answer is for the ERP's people: the column, what was expected, what stands there.
/// </summary>
internal static class Requisites
{
    private const int MaxPurpose = 210;
    private const int MaxName = 200;

    // Of the page on payouts from a settlement account: individuals, deposits, sole proprietors, legal entities.
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
        "40702810",
        "40701810",
        "40502810",
    ];

    /// <summary>Null when the order can be paid, else why not.</summary>
    public static string? Problem(Order order, RequisitesPolicy policy)
    {
        if (order.Amount.Minor <= 0)
            return $"amount: expected minor units above zero, got {order.Amount.Minor}";
        return order.Method == Method.Card ? Card(order) : Account(order, policy);
    }

    private static string? Card(Order order)
    {
        if (order.Flow == Flow.TwoStep)
            return "flow: cards are paid in a single request; expected single_request";
        if (!IsCurrency(order.Amount.Currency))
            return $"currency: expected three letters of ISO 4217, got '{Short(order.Amount.Currency)}'";
        if (order.SealedCard is null)
            return "sealed_card: expected the sealed card number, got nothing";
        return Name(order);
    }

    private static string? Account(Order order, RequisitesPolicy policy)
    {
        var to = order.Recipient;
        if (!string.Equals(order.Amount.Currency, "RUB", StringComparison.OrdinalIgnoreCase))
            return $"currency: account payouts are in RUB, got '{Short(order.Amount.Currency)}'";
        if (!IsDigits(order.SenderAccount, 20))
            return $"sender_account: expected 20 digits, got {Count(order.SenderAccount)}";
        if (!IsDigits(to.Bik, 9))
            return $"recipient_bik: expected 9 digits, got {Count(to.Bik)}";
        if (!IsDigits(to.Account, 20))
            return $"recipient_account: expected 20 digits, got {Count(to.Account)}";
        if (!Prefixes.Any(prefix => to.Account!.StartsWith(prefix, StringComparison.Ordinal)))
            return $"recipient_account: the bank does not pay to accounts that begin with {to.Account![..8]}";
        return Name(order) ?? Purpose(order.Purpose) ?? Taxpayer(to) ?? (policy.CheckKeys ? Keys(to) : null);
    }

    private static string? Name(Order order) =>
        string.IsNullOrWhiteSpace(order.Recipient.Name) ? "recipient_name: expected the payee's full name, got nothing"
        : order.Recipient.Name.Length > MaxName
            ? $"recipient_name: expected at most {MaxName} characters, got {order.Recipient.Name.Length}"
        : HasControl(order.Recipient.Name) ? "recipient_name: has a line break or another control character"
        : null;

    private static string? Purpose(string? purpose) =>
        string.IsNullOrWhiteSpace(purpose) ? "purpose: expected the payment's purpose, got nothing"
        : purpose.Length > MaxPurpose ? $"purpose: expected at most {MaxPurpose} characters, got {purpose.Length}"
        : purpose.AsSpan().ContainsAny('?', '!') ? "purpose: the bank forbids the characters ? and !"
        : HasControl(purpose) ? "purpose: has a line break or another control character"
        : null;

    // The prefix says who the payee is, and so which numbers the bank wants.
    private static string? Taxpayer(Recipient to)
    {
        var soleProprietor = to.Account!.StartsWith("40802", StringComparison.Ordinal);
        var legalEntity =
            to.Account.StartsWith("40702", StringComparison.Ordinal)
            || to.Account.StartsWith("40701", StringComparison.Ordinal)
            || to.Account.StartsWith("40502", StringComparison.Ordinal);
        if (soleProprietor && !IsDigits(to.Inn, 12))
            return $"recipient_inn: expected 12 digits for a sole proprietor, got {Count(to.Inn)}";
        if (legalEntity && !IsDigits(to.Inn, 10))
            return $"recipient_inn: expected 10 digits for a legal entity, got {Count(to.Inn)}";
        if (legalEntity && !IsDigits(to.Kpp, 9))
            return $"recipient_kpp: expected 9 digits for a legal entity, got {Count(to.Kpp)}";
        if (to.Inn is not null && !IsDigits(to.Inn, 10) && !IsDigits(to.Inn, 12))
            return $"recipient_inn: expected 10 or 12 digits, got {Count(to.Inn)}";
        return null;
    }

    private static string? Keys(Recipient to) =>
        !AccountKeyFits(to.Bik!, to.Account!) ? "recipient_account: its control digit does not fit the BIK"
        : to.Inn is not null && !InnKeyFits(to.Inn) ? "recipient_inn: its control digits are wrong"
        : null;

    /// <summary>The Central Bank's key: weights 7, 1, 3 over the BIK's last three digits and the account.</summary>
    internal static bool AccountKeyFits(string bik, string account)
    {
        ReadOnlySpan<int> weights = [7, 1, 3];
        var (digits, sum) = (bik[6..] + account, 0);
        for (var i = 0; i < digits.Length; i++)
            sum += (digits[i] - '0') * weights[i % 3] % 10;
        return sum % 10 == 0;
    }

    internal static bool InnKeyFits(string inn)
    {
        ReadOnlySpan<int> weights = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
        if (inn.Length == 10)
            return Digit(inn, weights[2..], 9) == inn[9] - '0';
        return Digit(inn, weights[1..], 10) == inn[10] - '0' && Digit(inn, weights, 11) == inn[11] - '0';

        static int Digit(string inn, ReadOnlySpan<int> weights, int count)
        {
            var sum = 0;
            for (var i = 0; i < count; i++)
                sum += (inn[i] - '0') * weights[i];
            return sum % 11 % 10;
        }
    }

    private static bool IsDigits(string? text, int length) =>
        text is not null && text.Length == length && text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0;

    private static bool IsCurrency(string text) => text.Length == 3 && text.All(char.IsAsciiLetter);

    private static bool HasControl(string text) => text.Any(char.IsControl);

    private static string Count(string? text) =>
        string.IsNullOrEmpty(text) ? "nothing"
        : text.AsSpan().IndexOfAnyExceptInRange('0', '9') >= 0 ? $"{text.Length} characters, not all of them digits"
        : $"{text.Length}";

    private static string Short(string text) => text.Length <= 8 ? text : text[..8] + "…";
}
