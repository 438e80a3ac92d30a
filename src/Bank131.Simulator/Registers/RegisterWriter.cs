using System.Globalization;
using System.Text;

namespace Bank131.Simulator;

/// <summary>
/// The daily register of a project as the page "Payouts daily report" describes it. The names of the columns are the
/// page's; their order, the separator and the form of times are made up.
/// </summary>
internal static class RegisterWriter
{
    private const string Names =
        "operationId,transactionDate,finishedAt,typeOfPayment,paymentFast,paymentSessionId,contract,"
        + "paymentSessionMerchantMetadata,paymentMethodIdentity,product,grossLocalAmount,paymentLocalAmount,"
        + "feesLocalAmount,currency";

    /// <summary>Empty where nothing succeeded that day.</summary>
    /// <param name="fee">Minor units, of each payout.</param>
    /// <param name="bankTime">Of the bank's midnight from UTC.</param>
    public static string Write(BankLedger ledger, string project, DateOnly day, long fee, TimeSpan bankTime)
    {
        var lines = ledger
            .All()
            .Where(entry => entry.Project == project && DayOf(entry.SettledAt, bankTime) == day)
            .Select(entry => Line(entry, "Advice", entry.PayoutId, entry.Amount, fee, entry.SettledAt))
            .Concat(
                ledger
                    .Refunds()
                    .Where(refund => refund.Of.Project == project && DayOf(refund.At, bankTime) == day)
                    .Select(refund => Line(refund.Of, "Refund", refund.RefundId, refund.Amount, 0, refund.At))
            )
            .ToArray();
        return lines.Length == 0 ? "" : $"{Names}\r\n{string.Concat(lines)}";
    }

    private static string Line(LedgerEntry of, string type, string id, long amount, long fee, DateTimeOffset at)
    {
        var metadata = of.Reference is null ? "" : $"\"{{\"\"ref\"\":\"\"{of.Reference}\"\"}}\"";
        var time = at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        var text = new StringBuilder();
        text.AppendJoin(
            ',',
            id,
            time,
            time,
            type,
            "0",
            of.SessionId,
            "contract-1",
            metadata,
            $"****{of.Payee[^4..]}",
            "payout",
            Rubles(amount + fee),
            Rubles(amount),
            Rubles(fee),
            of.Currency
        );
        return text.Append("\r\n").ToString();
    }

    private static DateOnly DayOf(DateTimeOffset at, TimeSpan bankTime) =>
        DateOnly.FromDateTime(at.UtcDateTime + bankTime);

    private static string Rubles(long minor) =>
        string.Create(CultureInfo.InvariantCulture, $"{minor / 100}.{minor % 100:00}");
}
