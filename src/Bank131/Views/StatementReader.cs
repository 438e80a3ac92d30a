using System.Globalization;
using System.Text.Json;
using Bank131.Client;

namespace Bank131.Views;

/// <summary>
/// Reads a statement. Tolerant of where the totals stand, of a list or one object, of both editions of signs and of
/// fields that the page does not name; strict with amounts, the account and the day.
/// </summary>
internal static class StatementReader
{
    public static StatementAnswer Answer(int http, byte[]? body, string account, DateOnly day, AmountUnit unit)
    {
        using var document = body is null ? null : ViewReader.Parse(body);
        if (document is null)
            return new StatementAnswer.Missing($"HTTP {http} with an unreadable body");
        var root = document.RootElement;
        if (ViewReader.Error(root) is { } error && (http >= 400 || ViewReader.Text(root, "status") == "error"))
            return new StatementAnswer.Refused(error);
        if (http is < 200 or >= 300 || ViewReader.Text(root, "status") != "ok")
            return new StatementAnswer.Missing($"HTTP {http} without a statement or an error code");
        if (Child(root, "account_statement") is not { ValueKind: JsonValueKind.Object } statement)
            return new StatementAnswer.Missing("an answer without account_statement");
        // A statement of another day or account, taken for this one, would settle what it does not show.
        if (ViewReader.Text(statement, "account_number") != account)
            return new StatementAnswer.Missing("the statement of another account");
        if (Date(statement, "date_from") != day || Date(statement, "date_to") != day)
            return new StatementAnswer.Missing("the statement of another day");
        return new StatementAnswer.Given(Read(root, statement, account, day, unit));
    }

    private static StatementView Read(
        JsonElement root,
        JsonElement statement,
        string account,
        DateOnly day,
        AmountUnit unit
    )
    {
        var turnover = Child(statement, "total_turnover") ?? Child(root, "total_turnover");
        var balance = Child(statement, "total_balance") ?? Child(root, "total_balance");
        JsonElement[] transactions = [.. Transactions(Child(statement, "transactions") ?? Child(root, "transactions"))];
        // One decimal point says that all of it is in rubles: a serialiser may have dropped ".00" elsewhere.
        string?[] numbers =
        [
            .. transactions.Select(line => Number(line, "amount")),
            Number(turnover, "debet"),
            Number(turnover, "credit"),
            Number(balance, "opening"),
            Number(balance, "closing"),
        ];
        if (numbers.Any(number => number?.Contains('.', StringComparison.Ordinal) == true))
            unit = AmountUnit.Major;
        var (debit, credit) = (Total(turnover, "debet", unit), Total(turnover, "credit", unit));
        var signed = transactions.Select(line => StatementLineReader.Read(line, account, unit)).ToArray();
        return new StatementView(
            account,
            day,
            debit,
            credit,
            MinorUnits.Parse(Number(balance, "opening"), unit),
            MinorUnits.Parse(Number(balance, "closing"), unit),
            [.. Sided(signed, debit, credit)]
        );
    }

    // Amounts above zero without a word on their side: the older edition means credits, the newer says nothing. They
    // are taken for what the totals prove, or, without totals, for credits beside negative amounts.
    private static IEnumerable<StatementLine> Sided(
        (StatementLine Line, bool Negative)[] lines,
        long? debit,
        long? credit
    )
    {
        var open = Sum(StatementSide.Unknown);
        var (debits, credits) = (Sum(StatementSide.Debit), Sum(StatementSide.Credit));
        var side =
            debit == debits && credit == credits + open ? StatementSide.Credit
            : credit == credits && debit == debits + open ? StatementSide.Debit
            : debit is null && credit is null && lines.Any(line => line.Negative) ? StatementSide.Credit
            : StatementSide.Unknown;
        return lines.Select(line =>
            line.Line is { Side: StatementSide.Unknown, Amount: not null } unsided
                ? unsided with
                {
                    Side = side,
                }
                : line.Line
        );

        Int128 Sum(StatementSide of) =>
            lines.Where(l => l.Line.Side == of).Aggregate((Int128)0, (sum, l) => sum + (l.Line.Amount ?? 0));
    }

    // A list; or an object that holds one, or is the only one: the page's table calls it an object.
    private static IEnumerable<JsonElement> Transactions(JsonElement? owner) =>
        owner switch
        {
            { ValueKind: JsonValueKind.Array } list => list.EnumerateArray(),
            { ValueKind: JsonValueKind.Object } one when Child(one, "amount") is not null => [one],
            { ValueKind: JsonValueKind.Object } holder => holder
                .EnumerateObject()
                .Where(property => property.Value.ValueKind == JsonValueKind.Array)
                .Take(1)
                .SelectMany(property => property.Value.EnumerateArray()),
            _ => [],
        };

    // Debits may be shown as negative here too.
    private static long? Total(JsonElement? owner, string name, AmountUnit unit) =>
        MinorUnits.Parse(Number(owner, name), unit) is { } total ? Math.Abs(total) : null;

    /// <summary>A number as it stands in the text, given as a number or as a text.</summary>
    internal static string? Number(JsonElement? owner, string name) =>
        owner is { } o
            ? Child(o, name) switch
            {
                { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
                { ValueKind: JsonValueKind.String } => ViewReader.Text(o, name),
                _ => null,
            }
            : null;

    internal static DateOnly? Date(JsonElement owner, string name) =>
        ViewReader.Text(owner, name) is { Length: >= 10 } text
        && DateOnly.TryParseExact(text[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, default, out var date)
            ? date
            : null;

    internal static JsonElement? Child(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object
        && owner.TryGetProperty(name, out var child)
        && child.ValueKind != JsonValueKind.Null
            ? child
            : null;
}
