using System.Globalization;
using System.Text;

namespace PayoutWorker.Host.Metrics;

/// <summary>The text format that Prometheus reads (version 0.0.4).</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary><c>payouts.bank.calls</c> in ms becomes <c>payouts_bank_calls_milliseconds</c>.</summary>
    public static string Name(string instrument, string? unit, bool isCounter)
    {
        var name = new StringBuilder();
        foreach (var c in instrument)
            name.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
        var suffix = unit switch
        {
            "ms" => "_milliseconds",
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        if (suffix.Length > 0 && !instrument.EndsWith(suffix[1..], StringComparison.Ordinal))
            name.Append(suffix);
        return name.Append(isCounter ? "_total" : "").ToString();
    }

    /// <summary><c>{state="new"}</c>, or nothing.</summary>
    public static string Labels(IEnumerable<KeyValuePair<string, object?>> tags)
    {
        var parts = tags.Select(tag => $"{Name(tag.Key, null, false)}=\"{Escape(tag.Value?.ToString() ?? "")}\"");
        var text = string.Join(',', parts);
        return text.Length == 0 ? "" : $"{{{text}}}";
    }

    public static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The labels with one more.</summary>
    public static string With(string labels, string name, string value)
    {
        var one = $"{name}=\"{Escape(value)}\"";
        return labels.Length == 0 ? $"{{{one}}}" : $"{labels[..^1]},{one}}}";
    }

    public static string Help(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Escape(string text) => Help(text).Replace("\"", "\\\"", StringComparison.Ordinal);
}
