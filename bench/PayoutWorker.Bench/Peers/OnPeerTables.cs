using System.Reflection;
using Npgsql;
using PayoutWorker.Lab.Processes;

namespace PayoutWorker.Bench.Peers;

/// <summary>A peer on the tables of create_peer.sql, as a process that takes its settings from the environment.</summary>
internal sealed class OnPeerTables(string name, IReadOnlyList<string> program, bool enqueues = false) : Peer
{
    private const string Insert = """
        INSERT INTO peer.payout
            (erp_key, amount, sender_account, recipient_name, recipient_account, recipient_bik, purpose)
        SELECT 'B-' || n, 350000 + n, $2, 'Petrov Petr Petrovich',
               '40817810' || lpad(n::text, 12, '0'), '044525974', 'Fee under contract 12. VAT exempt'
        FROM generate_series($1, $1 + $3 - 1) AS n
        RETURNING id
        """;

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromMinutes(30) };

    public override string Name => name;

    public int Concurrency { get; init; } = 64;

    public string? WhyMissing { get; init; }

    public override string? Missing => WhyMissing;

    /// <summary>What makes its own schema; null where it has none.</summary>
    public IReadOnlyList<string>? Installs { get; init; }

    public override async Task InstallAsync(InstallGround ground, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(ground.Server.AdminConnectionString(ground.Database));
        await using (var command = source.CreateCommand(Resource("create_peer.sql")))
            await command.ExecuteNonQueryAsync(cancellationToken);
        if (Installs is null)
            return;
        var result = await ChildProcess.RunAsync(
            new ChildProcessOptions(Installs[0], [.. Installs.Skip(1)])
            {
                Environment = new Dictionary<string, string?>
                {
                    ["PEER_DATABASE"] = $"postgres://postgres@127.0.0.1:{ground.Server.Port}/{ground.Database}",
                },
            },
            cancellationToken
        );
        result.OrThrow();
    }

    public override async Task<ChildProcess> StartAsync(Ground ground, int n, CancellationToken cancellationToken)
    {
        var process = ChildProcess.Start(
            new ChildProcessOptions(program[0], [.. program.Skip(1)])
            {
                Environment = ground.PeerEnvironment(Concurrency),
                LogFile = Path.Combine(ground.Folder, $"peer-{n}.log"),
            }
        );
        await process.WaitForLineAsync(line => line == "ready", TimeSpan.FromSeconds(60), cancellationToken);
        return process;
    }

    public override async Task InsertAsync(Ground ground, int first, int count, CancellationToken cancellationToken)
    {
        List<long> ids = [];
        await using (var command = ground.Admin.CreateCommand(Insert))
        {
            command.Parameters.Add(new NpgsqlParameter { Value = first });
            command.Parameters.Add(new NpgsqlParameter { Value = Ground.Sender });
            command.Parameters.Add(new NpgsqlParameter { Value = count });
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
                ids.Add(rows.GetInt64(0));
        }
        if (!enqueues)
            return;
        using var answer = await Http.PostAsJsonAsync(new Uri(ground.Webhook, "enqueue"), ids, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public override Task<long> OpenAsync(Ground ground, CancellationToken cancellationToken) =>
        ground.ScalarAsync<long>("SELECT count(*) FROM peer.payout WHERE finished_at IS NULL", cancellationToken);

    public override Task<long> PaidAsync(Ground ground, CancellationToken cancellationToken) =>
        ground.ScalarAsync<long>("SELECT count(*) FROM peer.payout WHERE state = 'paid'", cancellationToken);

    internal static string Resource(string file)
    {
        using var stream =
            Assembly.GetExecutingAssembly().GetManifestResourceStream("bench/" + file)
            ?? throw new InvalidOperationException($"expected an embedded resource bench/{file}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
