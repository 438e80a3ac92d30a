using System.Globalization;
using Bank131.Client;
using Bank131.Signing;
using Npgsql;

namespace PayoutWorker.Bench.Bare;

/// <summary>What a peer's process is told by its environment.</summary>
internal sealed record PeerSettings(
    NpgsqlDataSource Database,
    BankClient Bank,
    BankProject Project,
    VerifyingKeys BankKeys,
    int WebhookPort,
    int Concurrency
)
{
    public static PeerSettings Read()
    {
        var uri = new Uri(Variable("PEER_DATABASE"));
        // As the product: prepared automatically, few connections, no reset between uses.
        var database = NpgsqlDataSource.Create(
            $"Host={uri.Host};Port={uri.Port};Username={uri.UserInfo};Database={uri.AbsolutePath[1..]};"
                + "Max Auto Prepare=100;No Reset On Close=true;Maximum Pool Size=18"
        );
        var concurrency = Number("PEER_CONCURRENCY");
        var second = TimeSpan.FromSeconds(1);
        var options = new BankClientOptions(new Uri(Variable("PEER_BANK")), 20 * second, 5 * second, concurrency + 8);
        var key = SigningKey.FromPem(File.ReadAllText(Variable("PEER_PRIVATE_KEY")));
        var keys = new VerifyingKeys([("bank-1", File.ReadAllText(Variable("PEER_BANK_PUBLIC_KEY")))]);
        return new PeerSettings(
            database,
            new BankClient(options),
            new BankProject("main", Variable("PEER_PROJECT"), key),
            keys,
            Number("PEER_WEBHOOK_PORT"),
            concurrency
        );
    }

    private static string Variable(string name) =>
        Environment.GetEnvironmentVariable(name)
        ?? throw new InvalidOperationException($"expected the variable {name}; the benchmark sets it");

    private static int Number(string name) => int.Parse(Variable(name), CultureInfo.InvariantCulture);
}
