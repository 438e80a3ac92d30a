using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Bank131.Views;

namespace PayoutWorker.Reconciling;

/// <summary>A line of a statement under a key that the next look at the same day gives it again.</summary>
/// <param name="Key">Hash of what the line says, and which of its equals it is.</param>
internal sealed record BookLine(string Key, StatementLine Line)
{
    public static IReadOnlyList<BookLine> Of(StatementView statement)
    {
        Dictionary<string, int> copies = [];
        List<BookLine> lines = new(statement.Lines.Count);
        foreach (var line in statement.Lines)
        {
            var hash = Hash(line);
            var copy = copies[hash] = copies.GetValueOrDefault(hash) + 1;
            lines.Add(new BookLine(copy == 1 ? hash : $"{hash}-{copy}", line));
        }
        return lines;
    }

    /// <summary>For people: the bank's id where there is one.</summary>
    public string Name => Line.PaymentId is { } id ? $"{id} ({Key[..8]})" : Key[..8];

    private static string Hash(StatementLine line)
    {
        var text = string.Join(
            '\u001f',
            line.PaymentId,
            line.Side.ToString(),
            line.Amount?.ToString(CultureInfo.InvariantCulture),
            line.Currency,
            line.BookedOn?.ToString("O", CultureInfo.InvariantCulture),
            line.OtherAccount,
            line.CardLast4,
            line.Purpose,
            line.Reference
        );
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..24];
    }
}

/// <summary>What a line turned out to be; the text in the database is the name in lower case.</summary>
internal enum LineKind
{
    /// <summary>Fits nothing.</summary>
    Other,
    Payout,
    Fee,
    Return,
    TopUp,
}

/// <param name="PayoutId">Whose it is; null for a fee that names no payout, a top-up and what fits nothing.</param>
internal sealed record Placed(BookLine Line, LineKind Kind, long? PayoutId);
