using System.Text.RegularExpressions;

namespace Bank131.Views;

/// <summary>Free text of the bank, fit to be kept and shown: it may quote the card or account that it is about.</summary>
internal static partial class MaskedText
{
    private const int MaxLength = 500;

    /// <summary>Runs of 12 digits and more, spaces and dashes between them or not, keep their last four.</summary>
    public static string? Of(string? text)
    {
        if (text is null)
            return null;
        var masked = LongNumber().Replace(text, number => "…" + number.Value[^4..]);
        return masked.Length <= MaxLength ? masked : masked[..MaxLength] + "…";
    }

    [GeneratedRegex(@"[0-9](?:[ -]?[0-9]){11,}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 200)]
    private static partial Regex LongNumber();
}
