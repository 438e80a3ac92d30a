using Bank131.Client;
using Bank131.Signing;
using Npgsql;

namespace PayoutWorker.Bench.HangfirePeer;

/// <param name="JobPerStep">A job for each step, or for each leg: create and start in one, final words at once.</param>
public sealed record Plan(bool JobPerStep);

/// <summary>What the harness gives to every peer, from the environment.</summary>
internal static class PeerSettings
{
    public static string Need(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set");

    /// <summary>From <c>postgres://user@host:port/name</c>.</summary>
    public static string Database
    {
        get
        {
            var url = new Uri(Need("PEER_DATABASE"));
            return new NpgsqlConnectionStringBuilder
            {
                Host = url.Host,
                Port = url.Port,
                Username = url.UserInfo,
                Database = url.AbsolutePath.Trim('/'),
                ApplicationName = "peer",
            }.ConnectionString;
        }
    }

    public static BankClient NewBank() =>
        new(
            new BankClientOptions(
                new Uri(Need("PEER_BANK").TrimEnd('/') + "/"),
                TimeSpan.FromSeconds(30),
                TimeSpan.FromSeconds(5)
            )
        );

    public static BankProject NewProject() =>
        new("bench", Need("PEER_PROJECT"), SigningKey.FromPem(File.ReadAllText(Need("PEER_PRIVATE_KEY"))));

    public static VerifyingKeys NewBankKeys() => new([("bank", File.ReadAllText(Need("PEER_BANK_PUBLIC_KEY")))]);
}
