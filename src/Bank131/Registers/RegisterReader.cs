using System.Globalization;
using System.Text.Json;
using Bank131.Views;

namespace Bank131.Registers;

/// <summary>
/// Reads the bank's daily register of payouts, a CSV file. Tolerant of the separator (comma, semicolon, tab), quotes, a
/// byte order mark, order and number of columns, case of their names, decimal point or comma; strict with amounts and
/// with the number of fields. Untried against a real file.
/// </summary>
public static class RegisterReader
{
    /// <summary>The bank's maximum is not known; this many are read into memory.</summary>
    public const int LinesMax = 1_000_000;

    /// <summary>An empty text is a day without operations, as the page says.</summary>
    /// <exception cref="RegisterUnreadableException">It has no row of names, lacks a column, or a row is cut.</exception>
    public static IReadOnlyList<RegisterLine> Read(string text, RegisterColumns columns)
    {
        text = text.TrimStart('\uFEFF');
        if (string.IsNullOrWhiteSpace(text))
            return [];
        var firstLine = text.AsSpan(0, text.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? end : text.Length);
        var separator = Separator(firstLine);
        using var rows = CsvRows.Read(text, separator).GetEnumerator();
        rows.MoveNext();
        var places = Places(rows.Current, columns);
        List<RegisterLine> lines = [];
        for (var n = 2; rows.MoveNext(); n++)
        {
            // A field that slipped would turn a fee into an amount.
            if (rows.Current.Count != places.Count)
                throw new RegisterUnreadableException(
                    $"row {n}: expected {places.Count} fields as in the first row, got {rows.Current.Count}"
                );
            if (lines.Count == LinesMax)
                throw new RegisterUnreadableException($"more than {LinesMax} rows");
            lines.Add(Line(name => places.Of.TryGetValue(name, out var at) ? rows.Current[at].Trim() : ""));
        }
        return lines;
    }

    private static char Separator(ReadOnlySpan<char> firstLine)
    {
        var (best, most) = (',', 0);
        foreach (var c in ",;\t")
            if (firstLine.Count(c) is var found && found > most)
                (best, most) = (c, found);
        return best;
    }

    private static (int Count, Dictionary<string, int> Of) Places(IReadOnlyList<string> row, RegisterColumns columns)
    {
        Dictionary<string, int> places = [];
        foreach (var name in columns.Names)
        {
            var header = columns.Header(name);
            int[] found =
            [
                .. Enumerable
                    .Range(0, row.Count)
                    .Where(i => string.Equals(row[i].Trim(), header, StringComparison.OrdinalIgnoreCase)),
            ];
            if (found.Length > 1)
                throw new RegisterUnreadableException($"the column {header} is there more than once");
            if (found.Length == 1)
                places[name] = found[0];
            else if (RegisterColumns.Needed.Contains(name))
                throw new RegisterUnreadableException(
                    $"expected a column {header} in the first row, got: {string.Join(", ", row.Take(30))}"
                );
        }
        return (row.Count, places);
    }

    private static RegisterLine Line(Func<string, string> field)
    {
        var kind = field("type").ToLowerInvariant() switch
        {
            "advice" => RegisterKind.Payout,
            "refund" => RegisterKind.Return,
            _ => RegisterKind.Other,
        };
        var amount = Rubles(field("amount"));
        // A return may be written below zero, a payment never is.
        if (amount < 0 && kind == RegisterKind.Return)
            amount = -amount;
        var payee = field("payee");
        return new RegisterLine(
            NotEmpty(field("operation")),
            NotEmpty(field("session")),
            kind,
            amount > 0 ? amount : null,
            Rubles(field("fee")) is { } fee ? Math.Abs(fee) : null,
            NotEmpty(field("currency"))?.ToUpperInvariant() switch
            {
                null or "RUR" or "643" or "810" => "RUB",
                var other => other,
            },
            Day(field("finished")),
            payee.Length == 20 && payee.All(char.IsAsciiDigit) ? payee : null,
            payee.Length >= 4 && payee[^4..].All(char.IsAsciiDigit) ? payee[^4..] : null,
            Reference(field("metadata"))
        );
    }

    private static long? Rubles(string text) =>
        MinorUnits.Parse(text.Replace(',', '.'), AmountUnit.Major) is { } minor and not long.MinValue ? minor : null;

    private static DateOnly? Day(string text) =>
        text.Length >= 10
        && DateOnly.TryParseExact(
            text.AsSpan(0, 10),
            ["yyyy-MM-dd", "dd.MM.yyyy"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var day
        )
            ? day
            : null;

    private static string? Reference(string metadata)
    {
        if (metadata.Length == 0 || metadata[0] != '{')
            return null;
        try
        {
            using var json = JsonDocument.Parse(metadata);
            return ViewReader.Text(json.RootElement, "ref");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? NotEmpty(string text) => text.Length > 0 ? text : null;
}
