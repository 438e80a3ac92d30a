namespace Bank131.Registers;

/// <summary>
/// Which column of the daily register is what. Certain from the page "Payouts daily report": that these columns are
/// there, and that amounts are rubles. Assumed: that the first row carries exactly these names, and that
/// <c>paymentLocalAmount</c> is what the payee got. No real file has been read yet, so each may be named otherwise.
/// </summary>
public sealed class RegisterColumns
{
    private readonly Dictionary<string, string> _headers = new(StringComparer.Ordinal)
    {
        ["operation"] = "operationId",
        ["type"] = "typeOfPayment",
        ["session"] = "paymentSessionId",
        ["amount"] = "paymentLocalAmount",
        ["fee"] = "feesLocalAmount",
        ["currency"] = "currency",
        ["finished"] = "finishedAt",
        ["payee"] = "paymentMethodIdentity",
        ["metadata"] = "paymentSessionMerchantMetadata",
    };

    /// <summary>Without these nothing can be compared.</summary>
    public static IReadOnlyList<string> Needed { get; } = ["operation", "type", "amount"];

    public IEnumerable<string> Names => _headers.Keys;

    public string Header(string name) => _headers[name];

    /// <summary>Takes <c>amount=grossLocalAmount</c>; false when it is not of that form or names nothing known.</summary>
    public bool TryRename(string assignment)
    {
        var parts = assignment.Split('=', 2, StringSplitOptions.TrimEntries);
        if (parts.Length != 2 || parts[1].Length == 0 || !_headers.ContainsKey(parts[0]))
            return false;
        _headers[parts[0]] = parts[1];
        return true;
    }
}
