using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PayoutWorker.Lab.Postgres;
using PayoutWorker.Migrations;

// One server for all tests of this project; each test has a database of its own, copied from a migrated one.
[SetUpFixture]
internal sealed class Cluster
{
    public static PostgresServer Server { get; private set; } = null!;
    private static string _template = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        Server = await PostgresServer.StartAsync(
            new PostgresServerOptions
            {
                AllowInstall = Environment.IsPrivilegedProcess,
                Notices = TestContext.Progress,
            },
            CancellationToken.None
        );
        _template = await Server.CreateDatabaseAsync("template", null, CancellationToken.None);
        await using var source = NpgsqlDataSource.Create(Server.ConnectionString(_template, PostgresRoles.Migrator));
        await new Migrator(source, NullLogger.Instance).MigrateAsync(CancellationToken.None);
        NpgsqlConnection.ClearAllPools();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (Server is not null)
            await Server.DisposeAsync();
    }

    public static Task<string> NewDatabaseAsync(CancellationToken cancellationToken = default) =>
        Server.CreateDatabaseAsync("test", _template, cancellationToken);
}
