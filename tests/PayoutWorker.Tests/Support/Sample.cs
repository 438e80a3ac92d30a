using Microsoft.Extensions.Configuration;
using PayoutWorker.Host.Configuration;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Tests.Support;

/// <summary>A configuration without problems, to be spoiled one key at a time.</summary>
internal static class Sample
{
    public static Dictionary<string, string?> Good(KeyFolder keys) =>
        new(StringComparer.OrdinalIgnoreCase)
        {
            ["Database:ConnectionString"] = "Host=db;Database=payouts;Username=payouts_worker",
            ["Bank:PublicKeys:0:Id"] = "k1",
            ["Bank:PublicKeys:0:File"] = keys.Public,
            ["Bank:Projects:0:Name"] = "rko",
            ["Bank:Projects:0:PartnerProject"] = "p_rko",
            ["Bank:Projects:0:PrivateKeyFile"] = keys.Private,
            ["Bank:Projects:0:Methods"] = "account",
            ["AtRest:KeyFiles"] = keys.DataKey,
        };

    /// <summary>As <see cref="Good"/>, for the live bank.</summary>
    public static Dictionary<string, string?> Live(KeyFolder keys) =>
        new(Good(keys), StringComparer.OrdinalIgnoreCase)
        {
            ["Bank:BaseUrl"] = "https://proxy.bank131.ru/",
            ["Bank:Environment"] = "live",
            ["Worker:MemoryFile"] = "/var/lib/payouts/memory.json",
        };

    public static (WorkerConfiguration Configuration, Findings Findings) Read(
        Dictionary<string, string?> values,
        RunOnly? only = null
    )
    {
        var findings = new Findings();
        var source = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        return (ConfigurationReader.Bind(source, findings, only), findings);
    }

    public static string Problems(Dictionary<string, string?> values) =>
        string.Join('\n', Read(values).Findings.Problems);
}
