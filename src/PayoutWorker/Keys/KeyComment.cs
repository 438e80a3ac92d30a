using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Keys;

/// <summary>
/// The line above the key block in files that we made. It says which bank the key is for, so that a demo key can never
/// sign a live payment.
/// </summary>
internal static class KeyComment
{
    private const string Prefix = "# payouts key; environment: ";

    public static string Line(BankEnvironment environment) =>
        Prefix + (environment == BankEnvironment.Live ? "live" : "demo");

    /// <summary>Null where the file carries no such line: it was made elsewhere.</summary>
    public static BankEnvironment? Environment(string text)
    {
        foreach (var line in text.Split('\n').Select(line => line.Trim()))
            if (line.StartsWith(Prefix, StringComparison.Ordinal))
                return line[Prefix.Length..].Trim() switch
                {
                    "live" => BankEnvironment.Live,
                    "demo" => BankEnvironment.Demo,
                    _ => null,
                };
        return null;
    }
}
