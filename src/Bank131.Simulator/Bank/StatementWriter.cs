using System.Globalization;
using System.Text.Json;

namespace Bank131.Simulator;

/// <summary>A statement in the bank's words.</summary>
internal static class StatementWriter
{
    /// <param name="counted">What the totals count: all lines, unless some are cut off.</param>
    public static byte[] Write(
        StatementPolicies policies,
        string account,
        DateOnly day,
        long opening,
        IReadOnlyList<Booking> lines,
        IReadOnlyList<Booking> counted
    )
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            var date = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            json.WriteStartObject();
            json.WriteString("status", "ok");
            json.WriteStartObject("method");
            json.WriteString("name", "account_statement");
            json.WriteEndObject();
            json.WriteStartObject("account_statement");
            json.WriteString("date_from", date);
            json.WriteString("date_to", date);
            json.WriteString("account_number", account);
            if (!policies.TotalsOutside)
                WriteTotals(json, policies, opening, counted);
            json.WriteStartArray("transactions");
            for (var i = 0; i < lines.Count; i++)
                WriteLine(json, policies, account, i, lines[i], date);
            json.WriteEndArray();
            json.WriteEndObject();
            if (policies.TotalsOutside)
                WriteTotals(json, policies, opening, counted);
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    private static void WriteTotals(
        Utf8JsonWriter json,
        StatementPolicies policies,
        long opening,
        IReadOnlyList<Booking> lines
    )
    {
        var debit = lines.Where(l => l.Debit).Sum(l => l.Amount);
        var credit = lines.Where(l => !l.Debit).Sum(l => l.Amount);
        json.WriteStartObject("total_turnover");
        WriteAmount(json, policies, "debet", debit);
        WriteAmount(json, policies, "credit", credit);
        json.WriteEndObject();
        json.WriteStartObject("total_balance");
        WriteAmount(json, policies, "opening", opening);
        WriteAmount(json, policies, "closing", opening + credit - debit);
        json.WriteEndObject();
    }

    private static void WriteLine(
        Utf8JsonWriter json,
        StatementPolicies policies,
        string account,
        int n,
        Booking line,
        string date
    )
    {
        json.WriteStartObject();
        WriteAmount(
            json,
            policies,
            "amount",
            policies.Signs == StatementSigns.Signed && line.Debit ? -line.Amount : line.Amount
        );
        json.WriteString("currency", line.Of?.Currency ?? "RUB");
        json.WriteString("payment_date", date);
        if (policies.Ids != StatementIds.None)
            json.WriteString("bank_system_id", policies.Ids == StatementIds.Payout ? line.PayoutId : $"b{date}-{n}");
        if (policies.Signs == StatementSigns.Word)
            json.WriteString("type", line.Debit ? "debet" : "credit");
        json.WriteString("purpose", line.Purpose);
        if (policies.ShowsMetadata && line is { IsFee: false, Of.Reference: { } reference })
        {
            json.WriteStartObject("metadata");
            json.WriteString("ref", reference);
            json.WriteEndObject();
        }
        if (policies.ShowsOtherSide && line is { IsFee: false, Of: { } of })
            WriteOtherSide(json, account, line.Debit, of);
        json.WriteEndObject();
    }

    private static void WriteOtherSide(Utf8JsonWriter json, string account, bool debit, LedgerEntry of)
    {
        if (of.Bik is null)
        {
            json.WriteStartObject("card");
            json.WriteString("last4", of.Payee.AsSpan(of.Payee.Length - 4));
            json.WriteEndObject();
            return;
        }
        json.WriteString("payer_account", debit ? account : of.Payee);
        json.WriteString("recipient_account", debit ? of.Payee : account);
    }

    private static void WriteAmount(Utf8JsonWriter json, StatementPolicies policies, string name, long amount)
    {
        if (policies.Amounts == StatementAmounts.Kopecks)
        {
            json.WriteNumber(name, amount);
            return;
        }
        var (sign, positive) = (amount < 0 ? "-" : "", Math.Abs(amount));
        json.WriteString(
            name,
            string.Create(CultureInfo.InvariantCulture, $"{sign}{positive / 100}.{positive % 100:00}")
        );
    }
}
