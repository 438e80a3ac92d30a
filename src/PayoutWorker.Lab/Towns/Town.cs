using Bank131.Simulator;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PayoutWorker.HangfireScheduling;
using PayoutWorker.Lab.Postgres;
using PayoutWorker.Lab.Processes;
using PayoutWorker.Migrations;

namespace PayoutWorker.Lab.Towns;

/// <summary>
/// Everything that a payout meets, for real: a database, the bank's simulator over HTTP, and shipped workers as
/// processes. The demo, the integration tests and the chaos runs live in one.
/// </summary>
internal sealed class Town : IAsyncDisposable
{
    /// <summary>Pays accounts; the bank waits for our confirm.</summary>
    public const string Accounts = "accounts";

    /// <summary>Pays cards; the bank confirms by itself.</summary>
    public const string Cards = "cards";

    /// <summary>Pays cards of <see cref="CheckedCardsSender"/>; the bank waits for our confirm.</summary>
    public const string CheckedCards = "checked-cards";

    public const string Sender = "40702810300200000013";
    public const string CheckedCardsSender = "40702810300200000099";

    private readonly TownOptions _options;
    private readonly string _folder;
    private readonly List<TownWorker> _workers = [];
    private readonly Uri _webhook = Local(FreePort.Find());

    private Town(TownOptions options, PostgresServer server, string database)
    {
        (_options, Server, Database) = (options, server, database);
        _folder = Directory.CreateTempSubdirectory("payouts-town-").FullName;
        ProcessGuard.Instance.WatchFolder(_folder);
        Keys = new TownKeys(_folder);
        Erp = NpgsqlDataSource.Create(server.ConnectionString(database, PostgresRoles.Erp));
        Admin = NpgsqlDataSource.Create(server.AdminConnectionString(database));
    }

    public PostgresServer Server { get; }
    public string Database { get; }
    public TownKeys Keys { get; }
    public BankSimulator Bank { get; private set; } = null!;

    /// <summary>As the ERP: inserts orders, reads the status view, asks.</summary>
    public NpgsqlDataSource Erp { get; }

    /// <summary>To look at everything.</summary>
    public NpgsqlDataSource Admin { get; }

    public IReadOnlyList<TownWorker> Workers => _workers;

    /// <summary>The configuration file of the workers, there once one was started.</summary>
    public string WorkerFile => Path.Combine(_folder, "worker.json");

    /// <summary>Where the workers' logs lie, one file each.</summary>
    public string Folder => _folder;

    /// <param name="database">A migrated database of this server.</param>
    public static async Task<Town> StartAsync(
        TownOptions options,
        PostgresServer server,
        string database,
        CancellationToken cancellationToken
    )
    {
        var town = new Town(options, server, database);
        try
        {
            town.Bank = await BankSimulator.StartAsync(town.BankOptions(), cancellationToken);
            return town;
        }
        catch
        {
            await town.DisposeAsync();
            throw;
        }
    }

    /// <summary>Brings a database's schema up to date, as the migrator.</summary>
    public static async Task MigrateAsync(PostgresServer server, string database, CancellationToken cancellationToken)
    {
        // No pool: a connection that stays open would keep the database from being copied.
        var text = server.ConnectionString(database, PostgresRoles.Migrator) + ";Pooling=false";
        await using var source = NpgsqlDataSource.Create(text);
        await new Migrator(source, NullLogger.Instance).MigrateAsync(cancellationToken);
        await HangfireModule.MigrateAsync(source, cancellationToken);
    }

    /// <summary>Starts a worker. The first one's endpoint is where the bank sends webhooks; a successor takes it over.</summary>
    public async Task<TownWorker> StartWorkerAsync(string name, CancellationToken cancellationToken)
    {
        var file = WorkerFile;
        if (!File.Exists(file))
            await File.WriteAllTextAsync(file, TownConfiguration.Of(this, _options), cancellationToken);
        _workers.RemoveAll(worker => worker.Process.HasExited);
        var takesWebhooks = _workers.All(worker => worker.Webhook != _webhook);
        var worker = await TownWorker.StartAsync(
            name,
            file,
            takesWebhooks ? _webhook : Local(FreePort.Find()),
            Local(takesWebhooks && _options.AdminPort is { } port ? port : FreePort.Find()),
            Path.Combine(_folder, name + ".log"),
            cancellationToken
        );
        _workers.Add(worker);
        return worker;
    }

    /// <summary>Starts the worker and the webhook endpoint as two processes, each in its own role.</summary>
    public async Task<(TownWorker Worker, TownWorker Endpoint)> StartApartAsync(CancellationToken cancellationToken)
    {
        var endpoint = await StartPartAsync("webhook", TownConfiguration.OfWebhook(this), _webhook, cancellationToken);
        var own = TownConfiguration.Of(this, _options);
        var worker = await StartPartAsync("worker", own, Local(FreePort.Find()), cancellationToken);
        return (worker, endpoint);
    }

    private async Task<TownWorker> StartPartAsync(
        string only,
        string configuration,
        Uri webhook,
        CancellationToken cancellationToken
    )
    {
        var file = Path.Combine(_folder, only + "-alone.json");
        await File.WriteAllTextAsync(file, configuration, cancellationToken);
        var log = Path.Combine(_folder, only + ".log");
        var part = await TownWorker.StartAsync(
            only,
            file,
            webhook,
            Local(FreePort.Find()),
            log,
            cancellationToken,
            only
        );
        _workers.Add(part);
        return part;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
            await worker.DisposeAsync();
        if (Bank is not null)
            await Bank.DisposeAsync();
        await Erp.DisposeAsync();
        await Admin.DisposeAsync();
        Keys.Dispose();
        Directory.Delete(_folder, recursive: true);
        ProcessGuard.Instance.ForgetFolder(_folder);
    }

    private SimulatorOptions BankOptions()
    {
        var webhook = new Uri(_webhook, "webhooks/bank131");
        return new SimulatorOptions
        {
            BankPrivateKeyPem = Keys.BankPrivatePem,
            NextBankPrivateKeyPem = _options.HasNextKeys ? Keys.NextBankPrivatePem : null,
            Scale = _options.Scale,
            MaxCallsPerSecond = _options.BankMaxCallsPerSecond,
            Delays = _options.BankDelays,
            Policies = _options.BankPolicies,
            Statements = _options.BankStatements,
            Projects =
            [
                .. Projects(webhook)
                    .Select(project =>
                        project with
                        {
                            NextPartnerPublicKeyPem = _options.HasNextKeys ? Keys.NextPartnerPublicPem : null,
                        }
                    ),
            ],
        };
    }

    private IEnumerable<SimulatedProject> Projects(Uri webhook) =>
        [
            new SimulatedProject("p-accounts", Keys.PartnerPublicPem, AutoConfirm: false, webhook),
            new SimulatedProject("p-cards", Keys.PartnerPublicPem, AutoConfirm: true, webhook)
            {
                CardsAccount = Sender,
            },
            new SimulatedProject("p-checked-cards", Keys.PartnerPublicPem, AutoConfirm: false, webhook),
        ];

    private static Uri Local(int port) => new($"http://127.0.0.1:{port}/");
}
