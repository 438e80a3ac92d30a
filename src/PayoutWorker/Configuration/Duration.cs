using System.Globalization;

namespace PayoutWorker.Host.Configuration;

/// <summary>Durations as people write them: <c>20 s</c>, <c>1.5 h</c>, <c>250 ms</c>, <c>00:00:20</c>.</summary>
internal static class Duration
{
    public const string Expected = "a duration such as 20 s, 5 min, 1 h, 3 d or 00:00:20";

    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("min", TimeSpan.FromMinutes(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("h", TimeSpan.FromHours(1)),
        ("d", TimeSpan.FromDays(1)),
    ];

    // A bare number is refused: the framework reads 20 as twenty days.
    public static TimeSpan? Parse(string text)
    {
        text = text.Trim();
        if (text.Contains(':', StringComparison.Ordinal))
            return TimeSpan.TryParseExact(text, ["c", "g"], CultureInfo.InvariantCulture, out var span) ? span : null;
        foreach (var (unit, length) in Units)
            if (
                text.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(text[..^unit.Length], CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number)
                && Math.Abs(number * length.TotalDays) < 10_000
            )
                return length * number;
        return null;
    }

    public static string Text(TimeSpan span) =>
        span switch
        {
            { Ticks: 0 } => "0 s",
            _ when span.Ticks % TimeSpan.TicksPerDay == 0 => $"{span.TotalDays} d",
            _ when span.Ticks % TimeSpan.TicksPerHour == 0 => $"{span.TotalHours} h",
            _ when span.Ticks % TimeSpan.TicksPerMinute == 0 => $"{span.TotalMinutes} min",
            _ when span.Ticks % TimeSpan.TicksPerSecond == 0 => $"{span.TotalSeconds} s",
            _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds} ms"),
        };
}
