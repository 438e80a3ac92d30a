using System.Text.Json;

namespace Bank131.Views;

/// <summary>
/// Reads one transaction of a statement. The page names amount, currency, payment_date and bank_system_id; the other
/// names here are those that the bank uses for the same things elsewhere.
/// </summary>
internal static class StatementLineReader
{
    private static readonly string[] Payers = ["payer", "sender", "customer"];
    private static readonly string[] Payees = ["payee", "recipient", "receiver", "beneficiary"];
    private static readonly string[] Purposes = ["purpose", "payment_purpose", "description"];
    private static readonly string[] Sides = ["side", "direction", "operation_type", "type"];

    /// <returns>The line, and whether its amount was below zero: the edition that signs debits.</returns>
    public static (StatementLine Line, bool Negative) Read(JsonElement line, string account, AmountUnit unit)
    {
        var amount = MinorUnits.Parse(StatementReader.Number(line, "amount"), unit);
        var payer = Party(line, Payers);
        var payee = Party(line, Payees);
        var side =
            Word(line)
            ?? (
                amount < 0 || (payer == account && payee != account) ? StatementSide.Debit
                : payee == account && payer != account ? StatementSide.Credit
                : StatementSide.Unknown
            );
        var read = new StatementLine(
            Id(line),
            side,
            // Nothing was moved by zero, and the least number has no positive twin.
            amount is null or 0 or long.MinValue
                ? null
                : Math.Abs(amount.Value),
            Currency(ViewReader.Text(line, "currency")),
            StatementReader.Date(line, "payment_date"),
            (side == StatementSide.Credit ? payer : payee) ?? ViewReader.Text(line, "counterparty_account"),
            StatementReader.Child(line, "card") is { } card ? ViewReader.Text(card, "last4") : null,
            StatementLine.PurposeOf(
                Purposes.Select(name => ViewReader.Text(line, name)).FirstOrDefault(text => text is not null)
            ),
            StatementReader.Child(line, "metadata") is { } metadata ? ViewReader.Text(metadata, "ref") : null
        );
        return (read, amount < 0);
    }

    private static string? Id(JsonElement line) =>
        StatementReader.Number(line, "bank_system_id") is { Length: > 0 } id ? id : null;

    private static StatementSide? Word(JsonElement line) =>
        Sides
            .Select(name => ViewReader.Text(line, name)?.ToLowerInvariant())
            .Select(word =>
                word switch
                {
                    "debet" or "debit" => StatementSide.Debit,
                    "credit" => StatementSide.Credit,
                    _ => (StatementSide?)null,
                }
            )
            .FirstOrDefault(side => side is not null);

    // As an object with its account, or as a field of its own.
    private static string? Party(JsonElement line, string[] names) =>
        names
            .Select(name =>
                (
                    StatementReader.Child(line, name) is { } party
                        ? ViewReader.Text(party, "account") ?? ViewReader.Text(party, "account_number")
                        : null
                ) ?? ViewReader.Text(line, name + "_account")
            )
            .FirstOrDefault(account => account is not null);

    // Rubles have had other names: RUR, and the numbers of the classifier.
    private static string? Currency(string? text) =>
        text?.ToUpperInvariant() switch
        {
            "RUR" or "643" or "810" => "RUB",
            { Length: > 0 } other => other,
            _ => null,
        };
}
