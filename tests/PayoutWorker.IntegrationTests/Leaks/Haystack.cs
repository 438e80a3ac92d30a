using System.Text;
using System.Text.RegularExpressions;

namespace PayoutWorker.IntegrationTests.Leaks;

/// <summary>
/// A text in which digits are looked for: as they are, with spaces, dots or dashes between them, in hex, in Base64, and
/// in what its hex and Base64 say.
/// </summary>
internal sealed partial class Haystack
{
    private readonly string _text;
    private readonly string _joined;
    private readonly string _decoded;

    public Haystack(string text)
    {
        _text = text;
        var decoded = new StringBuilder();
        foreach (var match in Hex().EnumerateMatches(text))
            if (match.Length % 2 == 0)
                decoded
                    .Append(Encoding.Latin1.GetString(Convert.FromHexString(text.AsSpan(match.Index, match.Length))))
                    .Append('\n');
        foreach (var match in Base64().EnumerateMatches(text + "\n" + decoded))
            Decode((text + "\n" + decoded).AsSpan(match.Index, match.Length), decoded);
        _decoded = decoded.ToString();
        _joined = Between().Replace(text + "\n" + _decoded, "");
    }

    /// <summary>Where the digits stand, in words; null when they are nowhere.</summary>
    public string? Find(string digits)
    {
        var bytes = Encoding.ASCII.GetBytes(digits);
        return _text.Contains(digits, StringComparison.Ordinal) ? "as they are"
            : _decoded.Contains(digits, StringComparison.Ordinal) ? "in hex or Base64"
            : _joined.Contains(digits, StringComparison.Ordinal) ? "with something between them"
            : _text.Contains(Convert.ToHexString(bytes), StringComparison.OrdinalIgnoreCase) ? "in hex"
            : Encoded(bytes).Any(form => _text.Contains(form, StringComparison.Ordinal)) ? "in Base64"
            : null;
    }

    // Wherever they begin within a longer text, these characters of its Base64 depend on them alone.
    private static IEnumerable<string> Encoded(byte[] bytes)
    {
        for (var before = 0; before < 3; before++)
        {
            byte[] shifted = [.. new byte[before], .. bytes];
            var whole = shifted.Length / 3 * 3;
            var first = before == 0 ? 0 : 4;
            yield return Convert.ToBase64String(shifted.AsSpan(0, whole))[first..];
        }
    }

    private static void Decode(ReadOnlySpan<char> run, StringBuilder into)
    {
        var cut = run[..(run.Length / 4 * 4)];
        var bytes = new byte[cut.Length];
        if (Convert.TryFromBase64Chars(cut, bytes, out var length))
            into.Append(Encoding.Latin1.GetString(bytes, 0, length)).Append('\n');
    }

    [GeneratedRegex("[0-9a-fA-F]{16,}")]
    private static partial Regex Hex();

    [GeneratedRegex("[A-Za-z0-9+/]{24,}={0,2}")]
    private static partial Regex Base64();

    [GeneratedRegex(@"(?<=[0-9])[ .\-\u00a0_/]+(?=[0-9])")]
    private static partial Regex Between();
}
