using System.Text.RegularExpressions;

namespace PayoutWorker.Host.Ops.Web;

/// <summary>Payees where nobody asked for them in full: enough to know one's own again, too little to copy.</summary>
internal static partial class Mask
{
    /// <summary>For free text, which may say anything.</summary>
    public const string Text = "•••";

    /// <summary><c>P. P. P.</c></summary>
    public static string Name(string? name) =>
        string.Join(
            ' ',
            (name ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(3).Select(word => $"{word[0]}.")
        );

    /// <summary><c>•••• 9535</c></summary>
    public static string Account(string? account, string? last4) =>
        (account is { Length: > 4 } ? account[^4..] : last4) is { } end ? $"•••• {end}" : "";

    /// <summary>Whatever looks like a card number by its length and check digit, of which the last four stay.</summary>
    public static string Cards(string text) =>
        LongNumber().Replace(text, found => IsCard(found.Value) ? "••••" + found.Value[^4..] : found.Value);

    private static bool IsCard(string found)
    {
        var sum = 0;
        var place = 0;
        for (var i = found.Length - 1; i >= 0; i--)
        {
            if (!char.IsAsciiDigit(found[i]))
                continue;
            var digit = (found[i] - '0') * (place++ % 2 == 0 ? 1 : 2);
            sum += digit > 9 ? digit - 9 : digit;
        }
        return place is >= 13 and <= 19 && sum % 10 == 0;
    }

    [GeneratedRegex("[0-9](?:[ -]?[0-9]){12,}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 200)]
    private static partial Regex LongNumber();
}
