using PayoutWorker.Lab.Postgres;
using PayoutWorker.Lab.Towns;

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
        await Town.MigrateAsync(Server, _template, CancellationToken.None);
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
