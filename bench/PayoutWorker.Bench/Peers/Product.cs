using System.Globalization;
using System.Text.Json;
using Npgsql;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Lab.Postgres;
using PayoutWorker.Lab.Processes;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.Bench.Peers;

/// <summary>The shipped worker with its defaults.</summary>
/// <param name="scheduler">For <c>Worker:Scheduler</c>.</param>
internal sealed class Product(string name, string scheduler) : Peer
{
    private const string Insert = """
        INSERT INTO payouts.outbox
            (erp_key, method, amount, sender_account, recipient_name, recipient_account, recipient_bik, purpose)
        SELECT 'B-' || n, 'account', 350000 + n, $2, 'Petrov Petr Petrovich',
               '40817810' || lpad(n::text, 12, '0'), '044525974', 'Fee under contract 12. VAT exempt'
        FROM generate_series($1, $1 + $3 - 1) AS n
        """;

    private Uri? _admin;

    public static readonly Product BuiltIn = new("product", "BuiltIn");
    public static readonly Product Hangfire = new("product-hangfire", "Hangfire") { JobsSql = HangfireJobs };

    public override string Name => name;

    public override string? Missing =>
        scheduler == "Hangfire" ? HangfireScheduling.HangfireModule.ReasonForAbsence : null;

    /// <summary>Payouts driven at once, by default: peers are given the same.</summary>
    public static int Concurrency { get; } = new WorkerSettings().MaxCalls;

    /// <summary>How many jobs there ever were in Hangfire's storage.</summary>
    public const string HangfireJobs = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM hangfire.job_id_seq";

    /// <summary>More settings, by path.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    public override Task InstallAsync(InstallGround ground, CancellationToken cancellationToken) =>
        Town.MigrateAsync(ground.Server, ground.Database, cancellationToken);

    public override async Task<ChildProcess> StartAsync(Ground ground, int n, CancellationToken cancellationToken)
    {
        var file = Path.Combine(ground.Folder, "worker.json");
        if (n == 1)
            await File.WriteAllTextAsync(file, Configuration(ground), cancellationToken);
        var admin = new Uri($"http://127.0.0.1:{FreePort.Find()}/");
        if (n == 1)
            _admin = admin;
        var webhook = n == 1 ? ground.Webhook : new Uri($"http://127.0.0.1:{FreePort.Find()}/");
        var environment = new Dictionary<string, string?>
        {
            ["PAYOUTS_PG"] = null,
            ["PAYOUTS_Worker__Name"] = "bench-" + n.ToString(CultureInfo.InvariantCulture),
            ["PAYOUTS_Http__WebhookUrl"] = webhook.GetLeftPart(UriPartial.Authority),
            ["PAYOUTS_Http__AdminUrl"] = admin.GetLeftPart(UriPartial.Authority),
        };
        foreach (var (path, value) in Settings)
            environment["PAYOUTS_" + path.Replace(":", "__", StringComparison.Ordinal)] = value;
        var program = Path.Combine(AppContext.BaseDirectory, "PayoutWorker.dll");
        // Its log goes to a file, as a service's does: through a pipe the measuring program would spend CPU on reading it.
        var log = Path.Combine(ground.Folder, $"worker-{n}.log");
        const string ToFile = "exec dotnet \"$0\" run --config \"$1\" > \"$2\" 2>&1";
        var process = ChildProcess.Start(
            new ChildProcessOptions("/bin/sh", ["-c", ToFile, program, file, log])
            {
                Environment = environment,
                StopTimeout = TimeSpan.FromSeconds(30),
            }
        );
        using var http = new HttpClient { BaseAddress = admin };
        await Poll.UntilAsync(
            "the worker to be ready",
            async token =>
            {
                if (process.HasExited)
                    throw new InvalidOperationException(
                        string.Join(Environment.NewLine, File.ReadLines(log).TakeLast(20))
                    );
                try
                {
                    using var answer = await http.GetAsync(new Uri("health/ready", UriKind.Relative), token);
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(60),
            cancellationToken
        );
        return process;
    }

    public override async Task InsertAsync(Ground ground, int first, int count, CancellationToken cancellationToken)
    {
        await using var command = ground.Erp.CreateCommand(Insert);
        command.CommandTimeout = 0;
        command.Parameters.Add(new NpgsqlParameter { Value = first });
        command.Parameters.Add(new NpgsqlParameter { Value = Ground.Sender });
        command.Parameters.Add(new NpgsqlParameter { Value = count });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public override Task<long> OpenAsync(Ground ground, CancellationToken cancellationToken) =>
        ground.ScalarAsync<long>("SELECT count(*) FROM payouts.work", cancellationToken);

    public override Task<long> PaidAsync(Ground ground, CancellationToken cancellationToken) =>
        ground.ScalarAsync<long>("SELECT count(*) FROM payouts.outbox WHERE state = 'paid'", cancellationToken);

    public override async Task<double?> AllocatedAsync(CancellationToken cancellationToken)
    {
        const string Name = "dotnet_gc_heap_total_allocated_bytes_total ";
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri(_admin!, "metrics"), cancellationToken);
        var line = text.Split('\n').Single(line => line.StartsWith(Name, StringComparison.Ordinal));
        return double.Parse(line[Name.Length..], CultureInfo.InvariantCulture);
    }

    private string Configuration(Ground ground) =>
        JsonSerializer.Serialize(
            new
            {
                Database = new
                {
                    ConnectionString = ground.Server.ConnectionString(ground.Database, PostgresRoles.Worker),
                },
                Bank = new
                {
                    BaseUrl = ground.BankAddress,
                    Environment = "demo",
                    PublicKeys = new[] { new { Id = "bank-1", File = ground.Keys.BankPublicFile } },
                    Projects = new[]
                    {
                        new
                        {
                            Name = "main",
                            PartnerProject = Ground.Project,
                            PrivateKeyFile = ground.Keys.PartnerPrivateFile,
                            Methods = "account",
                        },
                    },
                },
                AtRest = new { KeyFiles = new[] { ground.Keys.AtRestFile } },
                Worker = new { Scheduler = scheduler, MemoryFile = Path.Combine(ground.Folder, "memory.json") },
            }
        );
}
