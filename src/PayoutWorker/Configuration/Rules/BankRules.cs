using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Configuration.Rules;

internal static class BankRules
{
    public const string LiveHost = "proxy.bank131.ru";

    public static void Check(WorkerConfiguration configuration, Findings findings)
    {
        var bank = configuration.Bank;
        Url(bank, findings);
        if (bank.PublicKeys.Count == 0)
            findings.Add(
                "Bank:PublicKeys",
                "the bank's public key",
                "none",
                "Set Bank:PublicKeys:0:Id and Bank:PublicKeys:0:File; without it no webhook can be trusted."
            );
        KeyRules.List("Bank:PublicKeys", bank.PublicKeys, findings);
        for (var i = 0; i < bank.PublicKeys.Count; i++)
            KeyRules.Public($"Bank:PublicKeys:{i}:File", bank.PublicKeys[i].File, bank.Environment, findings);
    }

    private static void Url(BankSettings bank, Findings findings)
    {
        const string Path = "Bank:BaseUrl";
        if (
            !Uri.TryCreate(bank.BaseUrl, UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp)
            || url.Query.Length > 0
            || url.UserInfo.Length > 0
        )
        {
            findings.Add(Path, "an https address", $"'{bank.BaseUrl}'", $"Use https://{LiveHost}/ or the demo's.");
            return;
        }
        var isLiveHost = url.IdnHost.TrimEnd('.').Equals(LiveHost, StringComparison.OrdinalIgnoreCase);
        if (isLiveHost && bank.Environment != BankEnvironment.Live)
            findings.Add(Path, "the demo bank, since Environment is demo", url.Host, "Set Bank:Environment to live.");
        if (!isLiveHost && bank.Environment == BankEnvironment.Live)
            findings.Add(Path, $"{LiveHost}, since Environment is live", url.Host, "Correct one of the two.");
        if (url.Scheme != Uri.UriSchemeHttps && (isLiveHost || bank.Environment == BankEnvironment.Live))
            findings.Add(Path, "https", "http", "The live bank is reached by https only.");
        else if (url.Scheme != Uri.UriSchemeHttps && !url.IsLoopback)
            findings.Warn(Path, "https", "http to another machine", "Only for a simulator in a closed network.");
    }
}
