using Npgsql;
using PayoutWorker.AtRest;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Restores;

namespace PayoutWorker.Host.Run;

/// <summary>Connections to PostgreSQL, with the bounds that a worker needs and nobody remembers to write.</summary>
internal static class DataSources
{
    private const int MaxPool = 18;

    // A lock that never comes or a query that never ends would hold a lease's worth of payouts.
    private const string SessionBounds =
        "-c lock_timeout=5s -c statement_timeout=30s -c idle_in_transaction_session_timeout=30s";

    // Each statement names its rows by key. A plan made while a table was small would read it whole when it is large:
    // plans are kept, and statistics follow a minute later. A bitmap forgets the order of its index, so that a backlog is
    // sorted whole for each claim, and it never marks the dead entries that it met. No key is met twice in a statement, so
    // there is nothing to memoize.
    private const string IndexPlans =
        "-c enable_seqscan=off -c enable_bitmapscan=off -c enable_hashjoin=off -c enable_mergejoin=off"
        + " -c enable_memoize=off -c jit=off -c plan_cache_mode=force_generic_plan";

    /// <summary>What the worker asks of its connections, where its connection string does not ask itself.</summary>
    public const string WorkerOptions = $"{SessionBounds} {IndexPlans}";

    /// <param name="memory">Looks at each new connection: a database that went back in time is not paid from.</param>
    /// <param name="vault">Sees to it that the keys which this process writes with are there.</param>
    public static NpgsqlDataSource Worker(
        DatabaseSettings settings,
        string name,
        DatabaseMemory memory,
        BodyVault vault
    ) =>
        new NpgsqlDataSourceBuilder(WorkerText(settings, name).ConnectionString) { Name = "worker" }
            .UsePhysicalConnectionInitializer(
                connection =>
                {
                    memory.Check(connection);
                    vault.Store(connection);
                },
                async connection =>
                {
                    await memory.CheckAsync(connection);
                    await vault.StoreAsync(connection);
                }
            )
            .Build();

    /// <summary>The worker's connections for a look, with no claim on its memory.</summary>
    public static NpgsqlDataSource Plain(DatabaseSettings settings, string name) =>
        Build(WorkerText(settings, name), "check");

    /// <summary>For the webhook endpoint alone; it pays nothing, so it has no memory to compare with.</summary>
    public static NpgsqlDataSource Webhook(DatabaseSettings settings, string name, BodyVault vault) =>
        new NpgsqlDataSourceBuilder(WorkerText(settings, name).ConnectionString) { Name = "webhook" }
            .UsePhysicalConnectionInitializer(vault.Store, vault.StoreAsync)
            .Build();

    /// <summary>For LISTEN: it waits for hours, so it has a small pool of its own, without time limits.</summary>
    public static NpgsqlDataSource Listener(DatabaseSettings settings, string name)
    {
        var text = Common(settings.ConnectionString, settings.PasswordFile, $"payouts {name} listen");
        text.MaxPoolSize = 2;
        return Build(text, "listen");
    }

    /// <summary>For Hangfire alone, so that it can neither take nor disturb the connections of payouts.</summary>
    public static NpgsqlDataSource Hangfire(DatabaseSettings settings, string name, int maxPool)
    {
        var text = Common(settings.ConnectionString, settings.PasswordFile, $"payouts {name} hangfire");
        text.MaxPoolSize = maxPool;
        // Many small statements: prepared ones, and no reset between them, double the jobs a second.
        text.MaxAutoPrepare = 50;
        text.NoResetOnClose = true;
        // It joins no transaction of anybody.
        text.Enlist = false;
        text.TcpKeepAlive = true;
        text.Timeout = 15;
        text.CommandTimeout = 30;
        return Build(text, "hangfire");
    }

    /// <summary>For the operators' pages, in their own role: few, and nothing of theirs may hold a payout for long.</summary>
    public static NpgsqlDataSource Ops(OpsSettings settings, string name) => OpsPool(settings, name, "pages", 6);

    /// <summary>For what operators do there: slow searches of others leave these connections alone.</summary>
    public static NpgsqlDataSource OpsActions(OpsSettings settings, string name) =>
        OpsPool(settings, name, "actions", 3);

    private static NpgsqlDataSource OpsPool(OpsSettings settings, string name, string use, int maxPool)
    {
        var text = Common(settings.ConnectionString, settings.PasswordFile, $"payouts {name} {use}");
        text.MaxPoolSize = maxPool;
        text.Timezone = settings.TimeZone;
        text.Options ??=
            "-c lock_timeout=3s -c statement_timeout=10s -c idle_in_transaction_session_timeout=20s -c jit=off";
        return Build(text, use);
    }

    private static NpgsqlConnectionStringBuilder WorkerText(DatabaseSettings settings, string name)
    {
        var text = Common(settings.ConnectionString, settings.PasswordFile, $"payouts {name}");
        text.Options ??= WorkerOptions;
        // Nothing of ours stays on a connection, so nothing has to be reset on it: that is seven statements each time.
        text.NoResetOnClose = true;
        text.MaxAutoPrepare = text.MaxAutoPrepare == 0 ? 100 : text.MaxAutoPrepare;
        text.MaxPoolSize = Math.Min(text.MaxPoolSize, MaxPool);
        return text;
    }

    public static NpgsqlDataSource Migrator(DatabaseSettings settings)
    {
        var own = settings.MigratorConnectionString;
        var text = string.IsNullOrWhiteSpace(own)
            ? Common(settings.ConnectionString, settings.PasswordFile, "payouts migrate")
            : Common(own, settings.MigratorPasswordFile, "payouts migrate");
        // A migration runs once: connections that stay open would only keep the database from being dropped or copied.
        text.Pooling = false;
        return Build(text, "migrate");
    }

    // Named, since the driver's metrics would otherwise carry the whole connection string.
    private static NpgsqlDataSource Build(NpgsqlConnectionStringBuilder text, string name) =>
        new NpgsqlDataSourceBuilder(text.ConnectionString) { Name = name }.Build();

    private static NpgsqlConnectionStringBuilder Common(string? connectionString, string? passwordFile, string name)
    {
        var text = new NpgsqlConnectionStringBuilder(connectionString);
        if (passwordFile is not null)
            text.Password = File.ReadAllText(passwordFile).TrimEnd('\r', '\n');
        // PostgreSQL cuts names at 63 bytes.
        text.ApplicationName ??= name.Length > 63 ? name[..63] : name;
        if (text.KeepAlive == 0)
            text.KeepAlive = 30;
        return text;
    }
}
