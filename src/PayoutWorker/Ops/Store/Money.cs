using System.Globalization;

namespace PayoutWorker.Host.Ops.Store;

/// <summary>Amounts as people read and type them. Whole numbers all the way: no rounding can creep in.</summary>
internal static class Money
{
    private const char Space = '\u202f';

    /// <summary>Minor units as <c>3 500.00</c>, with narrow spaces that do not break.</summary>
    public static string Text(long minor) =>
        string.Create(
                CultureInfo.InvariantCulture,
                $"{(minor < 0 ? "−" : "")}{Math.Abs(minor / 100):#,0}.{Math.Abs(minor % 100):00}"
            )
            .Replace(',', Space);

    public static string Sign(string currency) =>
        currency.ToUpperInvariant() switch
        {
            "RUB" => "₽",
            var other => other,
        };

    public static string Text(long minor, string currency) => $"{Text(minor)} {Sign(currency)}";

    /// <summary>Short, for a small space: <c>3.5 M ₽</c>.</summary>
    public static string Short(long minor, string currency) =>
        (minor / 100) switch
        {
            >= 1_000_000_000 and var n => $"{Tenths(n, 1_000_000_000)} bn",
            >= 1_000_000 and var n => $"{Tenths(n, 1_000_000)} M",
            >= 100_000 and var n => $"{Tenths(n, 1_000)} k",
            _ => Text(minor),
        } + $" {Sign(currency)}";

    /// <summary>Minor units of what was typed, <c>3500</c>, <c>3 500.00</c> or <c>3500,5</c>; null when it is no amount.</summary>
    public static long? Parse(string? text)
    {
        if (text is null)
            return null;
        var plain = string.Concat(text.Where(c => !char.IsWhiteSpace(c))).Replace(',', '.');
        var parts = plain.Split('.');
        if (
            parts.Length > 2
            || parts[0].Length > 15
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var whole)
        )
            return null;
        if (parts.Length == 1)
            return whole * 100;
        return
            parts[1].Length is 1 or 2
            && long.TryParse(parts[1].PadRight(2, '0'), NumberStyles.None, CultureInfo.InvariantCulture, out var rest)
            ? whole * 100 + rest
            : null;
    }

    private static string Tenths(long n, long unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{n / unit}.{n % unit * 10 / unit}");
}
