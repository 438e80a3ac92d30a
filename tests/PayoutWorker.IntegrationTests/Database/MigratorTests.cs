using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Lab;
using PayoutWorker.Lab.Postgres;
using PayoutWorker.Lab.Processes;
using PayoutWorker.Migrations;

namespace PayoutWorker.IntegrationTests.Database;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MigratorTests
{
    private string _name = null!;
    private NpgsqlDataSource _owner = null!;

    private static string[] Files =>
        [
            .. Directory
                .EnumerateFiles(Path.Combine(RepositoryRoot.Find(), "sql", "migrations"), "*.sql")
                .Order(StringComparer.Ordinal),
        ];

    [SetUp]
    public async Task CreateEmptyDatabaseAsync()
    {
        _name = await Cluster.Server.CreateDatabaseAsync("empty", null, CancellationToken.None);
        _owner = NpgsqlDataSource.Create(OwnerAddress);
    }

    [TearDown]
    public async Task DropDatabaseAsync()
    {
        await _owner.DisposeAsync();
        await Cluster.Server.DropDatabaseAsync(_name, CancellationToken.None);
    }

    [Test]
    public async Task An_empty_database_gets_every_file_once()
    {
        var files = Files.Select(Path.GetFileName).ToArray();
        Assert.That(await Migrator(_owner).PendingAsync(default), Is.EqualTo(files));
        Assert.That(await Migrator(_owner).MigrateAsync(default), Is.EqualTo(files));
        Assert.That(await Migrator(_owner).PendingAsync(default), Is.Empty);
        Assert.That(await Migrator(_owner).MigrateAsync(default), Is.Empty);
    }

    [Test]
    public async Task Twenty_migrators_at_once_make_one_schema()
    {
        var sources = Enumerable.Range(0, 10).Select(_ => NpgsqlDataSource.Create(OwnerAddress)).ToArray();
        // Two share a pool: a lock that went back to it with its connection would stop the other.
        var all = sources.SelectMany(source => new[] { Migrator(source), Migrator(source) });
        var done = await Task.WhenAll(all.Select(migrator => Task.Run(() => migrator.MigrateAsync(default))))
            .WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(done.SelectMany(names => names), Is.EquivalentTo(Files.Select(Path.GetFileName)));
        foreach (var source in sources)
            await source.DisposeAsync();
    }

    [Test]
    public async Task A_file_that_was_changed_after_it_was_applied_is_refused()
    {
        var first = Path.GetFileName(Files[0]);
        await Migrator(_owner).MigrateAsync(default);
        await ExecuteAsync($"UPDATE payouts.migration SET sha256 = 'another' WHERE name = '{first}'");
        Assert.That(
            async () => await Migrator(_owner).MigrateAsync(default),
            Throws.TypeOf<MigrationException>().With.Message.Contains(first).And.Message.Contains("changed")
        );
    }

    [Test]
    public async Task A_database_that_is_newer_than_the_program_is_refused()
    {
        await Migrator(_owner).MigrateAsync(default);
        await ExecuteAsync("INSERT INTO payouts.migration (name, sha256) VALUES ('9999_add_wings.sql', 'x')");
        Assert.That(
            async () => await Migrator(_owner).MigrateAsync(default),
            Throws.TypeOf<MigrationException>().With.Message.Contains("9999_add_wings.sql")
        );
        Assert.That(async () => await Migrator(_owner).PendingAsync(default), Throws.TypeOf<MigrationException>());
    }

    [Test]
    public async Task A_refused_database_keeps_no_lock()
    {
        await Migrator(_owner).MigrateAsync(default);
        await ExecuteAsync("INSERT INTO payouts.migration (name, sha256) VALUES ('9999_add_wings.sql', 'x')");
        Assert.That(async () => await Migrator(_owner).MigrateAsync(default), Throws.Exception);
        // Looked at from outside: a connection out of the same pool would first be cleaned.
        await using var admin = NpgsqlDataSource.Create(Cluster.Server.AdminConnectionString(_name));
        await using var command = admin.CreateCommand(
            """
            SELECT count(*) FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database
            WHERE l.locktype = 'advisory' AND d.datname = current_database()
            """
        );
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(0));
    }

    [Test]
    public async Task Plain_psql_makes_the_same_schema()
    {
        if (Cluster.Server.BinariesFolder is not { } folder)
        {
            // A server of PAYOUTS_PG may come without its programs; a private one never does.
            Assert.Ignore("there is no psql on this machine");
            return;
        }
        foreach (var file in Files)
            await PsqlAsync(Path.Combine(folder, "psql"), file);
        await using var migrated = await TestDatabase.CreateAsync();
        var expected = await SchemaListing.ReadAsync(migrated.Admin);
        Assert.That(expected, Has.Count.GreaterThan(200), "the listing lists");
        Assert.That(await SchemaListing.ReadAsync(_owner), Is.EqualTo(expected));
    }

    private async Task PsqlAsync(string psql, string file)
    {
        var address = new NpgsqlConnectionStringBuilder(OwnerAddress);
        var options = new ChildProcessOptions(
            psql,
            ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", $"--file={file}"]
        )
        {
            Environment = new Dictionary<string, string?>
            {
                ["PGHOST"] = address.Host,
                ["PGPORT"] = $"{address.Port}",
                ["PGUSER"] = address.Username,
                ["PGPASSWORD"] = address.Password,
                ["PGDATABASE"] = address.Database,
            },
        };
        (await ChildProcess.RunAsync(options, default)).OrThrow();
    }

    private string OwnerAddress => Cluster.Server.ConnectionString(_name, PostgresRoles.Migrator);

    private static Migrator Migrator(NpgsqlDataSource source) => new(source, NullLogger.Instance);

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
