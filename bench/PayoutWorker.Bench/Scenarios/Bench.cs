using PayoutWorker.Bench.Peers;
using PayoutWorker.Bench.Reporting;
using PayoutWorker.Lab.Postgres;

namespace PayoutWorker.Bench.Scenarios;

/// <summary>What all scenarios share: the server, a template for each peer, the results.</summary>
internal sealed class Bench(PostgresServer server, ResultFile results, BenchOptions options) : IAsyncDisposable
{
    private readonly Dictionary<string, string> _templates = [];

    public PostgresServer Server => server;
    public ResultFile Results => results;
    public BenchOptions Options => options;

    /// <summary>A fresh database of this peer's and a fresh bank.</summary>
    public async Task<Ground> PrepareAsync(Peer peer, BankBehaviour bank, CancellationToken cancellationToken)
    {
        if (!_templates.TryGetValue(peer.Name, out var template))
        {
            template = await server.CreateDatabaseAsync("template", null, cancellationToken);
            await using (var source = Npgsql.NpgsqlDataSource.Create(server.AdminConnectionString(template)))
            await using (var command = source.CreateCommand("CREATE EXTENSION pg_stat_statements"))
                await command.ExecuteNonQueryAsync(cancellationToken);
            await peer.InstallAsync(new InstallGround(server, template), cancellationToken);
            _templates[peer.Name] = template;
        }
        return await Ground.PrepareAsync(server, template, bank, cancellationToken);
    }

    public static void Say(string line) => Console.WriteLine(line);

    public async ValueTask DisposeAsync()
    {
        foreach (var template in _templates.Values)
            await server.DropDatabaseAsync(template, CancellationToken.None);
    }
}

/// <param name="Rounds">How often each peer is measured in each scenario.</param>
/// <param name="Peers">Names; empty: all.</param>
/// <param name="Scenarios">Numbers; empty: all.</param>
/// <param name="Profile">Scenario 2 says which table wrote how much of the log.</param>
/// <param name="Quick">A tenth of the work, to see whether everything runs; never to be published.</param>
internal sealed record BenchOptions(
    int Rounds,
    IReadOnlyList<string> Peers,
    IReadOnlyList<int> Scenarios,
    bool Quick,
    bool Profile
);
