using System.Globalization;
using System.Text;

namespace PayoutWorker.Exports;

/// <summary>Builds rows of CSV: CRLF between rows, quotes where a field needs them, UTF-8.</summary>
internal sealed class CsvText(CsvFormat format)
{
    // A spreadsheet would calculate what begins with one of these; an apostrophe before it makes it text.
    private const string Formulas = "=+-@\t\r\n＝＋－＠";

    private readonly StringBuilder _text = new();
    private bool _rowBegun;

    public void Field(string? text)
    {
        Begin();
        if (string.IsNullOrEmpty(text))
            return;
        if (Formulas.Contains(text[0], StringComparison.Ordinal))
            text = "'" + text;
        if (!NeedsQuotes(text))
        {
            _text.Append(text);
            return;
        }
        _text.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }

    /// <summary>An amount as rubles and kopecks, from minor units by whole numbers alone.</summary>
    public void Money(long? minor)
    {
        if (minor is not { } value)
        {
            Field(null);
            return;
        }
        var digits = Int128.Abs(value).ToString("000", CultureInfo.InvariantCulture);
        var text = $"{(value < 0 ? "-" : "")}{digits[..^2]}{format.DecimalPoint}{digits[^2..]}";
        Begin();
        // Not a formula, whatever its sign; quoted where its point is also what separates fields.
        _text.Append(format.DecimalPoint == format.Separator ? $"\"{text}\"" : text);
    }

    public void EndRow()
    {
        _text.Append("\r\n");
        _rowBegun = false;
    }

    /// <summary>The rows since the last time, as bytes.</summary>
    public byte[] Take()
    {
        var bytes = Encoding.UTF8.GetBytes(_text.ToString());
        _text.Clear();
        return bytes;
    }

    private void Begin()
    {
        if (_rowBegun)
            _text.Append(format.Separator);
        _rowBegun = true;
    }

    private bool NeedsQuotes(string text) =>
        text.Contains(format.Separator, StringComparison.Ordinal)
        || text.AsSpan().ContainsAny('"', '\r', '\n')
        || text[0] == ' '
        || text[^1] == ' ';
}
