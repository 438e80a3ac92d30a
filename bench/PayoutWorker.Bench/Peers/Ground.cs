using System.Text.Json;
using Npgsql;
using PayoutWorker.Lab.Postgres;
using PayoutWorker.Lab.Processes;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.Bench.Peers;

/// <summary>What one measurement stands on: a fresh database, a fresh bank as a process, keys, a port for webhooks.</summary>
internal sealed class Ground : IAsyncDisposable
{
    public const string Project = "p-bench";
    public const string Sender = Town.Sender;

    private readonly PostgresServer _server;
    private readonly BankBehaviour _behaviour;
    private ChildProcess? _bank;

    private Ground(PostgresServer server, string database, BankBehaviour behaviour)
    {
        (_server, Database, _behaviour) = (server, database, behaviour);
        Folder = Directory.CreateTempSubdirectory("payouts-bench-").FullName;
        ProcessGuard.Instance.WatchFolder(Folder);
        Keys = new TownKeys(Folder);
        Admin = Kept(server.AdminConnectionString(database));
        Erp = Kept(server.ConnectionString(database, PostgresRoles.Erp));
        Webhook = new Uri($"http://127.0.0.1:{FreePort.Find()}/");
        BankAddress = new Uri($"http://127.0.0.1:{FreePort.Find()}/");
    }

    public string Folder { get; }
    public string Database { get; }
    public TownKeys Keys { get; }
    public Uri Webhook { get; }
    public Uri BankAddress { get; }
    public NpgsqlDataSource Admin { get; }
    public NpgsqlDataSource Erp { get; }
    public PrivatePostgresServer Server => (PrivatePostgresServer)_server;
    public int BankProcessId => _bank!.Id;

    // Whoever orders keeps a session, and what the database has planned in it.
    private static NpgsqlDataSource Kept(string connection) =>
        NpgsqlDataSource.Create(connection + ";No Reset On Close=true;Max Auto Prepare=10");

    public static async Task<Ground> PrepareAsync(
        PostgresServer server,
        string template,
        BankBehaviour behaviour,
        CancellationToken cancellationToken
    )
    {
        var database = await server.CreateDatabaseAsync("bench", template, cancellationToken);
        var ground = new Ground(server, database, behaviour);
        try
        {
            await ground.StartBankAsync(cancellationToken);
            return ground;
        }
        catch
        {
            await ground.DisposeAsync();
            throw;
        }
    }

    /// <summary>The environment that a peer's process reads.</summary>
    public Dictionary<string, string?> PeerEnvironment(int concurrency) =>
        new()
        {
            ["PEER_DATABASE"] = $"postgres://postgres@127.0.0.1:{Server.Port}/{Database}",
            ["PEER_BANK"] = BankAddress.ToString(),
            ["PEER_PROJECT"] = Project,
            ["PEER_PRIVATE_KEY"] = Keys.PartnerPrivateFile,
            ["PEER_BANK_PUBLIC_KEY"] = Keys.BankPublicFile,
            ["PEER_WEBHOOK_PORT"] = Webhook.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["PEER_CONCURRENCY"] = concurrency.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };

    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = Admin.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<T> ScalarAsync<T>(string sql, CancellationToken cancellationToken)
    {
        await using var command = Admin.CreateCommand(sql);
        command.CommandTimeout = 0;
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_bank is not null)
            await _bank.DisposeAsync();
        await Admin.DisposeAsync();
        await Erp.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        await _server.DropDatabaseAsync(Database, CancellationToken.None);
        Keys.Dispose();
        Directory.Delete(Folder, recursive: true);
        ProcessGuard.Instance.ForgetFolder(Folder);
    }

    private async Task StartBankAsync(CancellationToken cancellationToken)
    {
        var file = Path.Combine(Folder, "bank.json");
        var options = new Dictionary<string, object?>
        {
            ["bank_private_key_pem"] = Keys.BankPrivatePem,
            ["port"] = BankAddress.Port,
            ["events_kept"] = _behaviour.KeepsEvents ? 4_000_000 : 0,
            ["max_calls_per_second"] = _behaviour.MaxCallsPerSecond,
            ["delays"] = new Dictionary<string, object>
            {
                ["answer"] = _behaviour.Answer,
                ["check"] = TimeSpan.Zero,
                ["pay"] = TimeSpan.Zero,
            },
            ["random_faults"] = _behaviour.Faults,
            ["projects"] = new[]
            {
                new Dictionary<string, object>
                {
                    ["partner_project"] = Project,
                    ["partner_public_key_pem"] = Keys.PartnerPublicPem,
                    ["webhook_url"] = new Uri(Webhook, "webhooks/bank131"),
                },
            },
        };
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(options), cancellationToken);
        var program = Path.Combine(AppContext.BaseDirectory, "Bank131.Simulator.dll");
        _bank = ChildProcess.Start(new ChildProcessOptions("dotnet", [program, "--config", file]));
        await _bank.WaitForLineAsync(
            line => line.Contains("listens on", StringComparison.Ordinal),
            TimeSpan.FromSeconds(30),
            cancellationToken
        );
    }
}

/// <summary>How the bank of a scenario behaves.</summary>
/// <param name="Answer">Before each answer of the bank.</param>
internal sealed record BankBehaviour(TimeSpan Answer)
{
    public bool KeepsEvents { get; init; }
    public int MaxCallsPerSecond { get; init; }
    public object? Faults { get; init; }

    public static readonly BankBehaviour Quick = new(TimeSpan.Zero);
}
