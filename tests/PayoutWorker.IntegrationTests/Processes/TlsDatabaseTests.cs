using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PayoutWorker.Host;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Host.Run;
using PayoutWorker.IntegrationTests.Support;
using PayoutWorker.Lab.Postgres;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.IntegrationTests.Processes;

/// <summary>A server that takes the worker by TLS and SCRAM alone: what goes in, and what is said to the rest.</summary>
[Platform(Exclude = "Win")]
internal sealed class TlsDatabaseTests : TownFixture
{
    private const string Password = "correct horse battery";

    private TlsFiles _files = null!;
    private PostgresServer _server = null!;
    private string _database = null!;
    private string _passwordFile = null!;

    protected override Task<(PostgresServer Server, string Database)> HomeAsync() =>
        Task.FromResult((_server, _database));

    protected override TownOptions Options =>
        base.Options with
        {
            WorkerSettings = new Dictionary<string, object>
            {
                ["Database:ConnectionString"] = Text("VerifyFull", _files.Authority),
                ["Database:PasswordFile"] = _passwordFile,
            },
        };

    protected override async Task PrepareAsync()
    {
        _files = await TlsFiles.WriteAsync(CancellationToken.None);
        _passwordFile = Path.Combine(Directory.CreateTempSubdirectory("payouts-test-").FullName, "password");
        await File.WriteAllTextAsync(_passwordFile, Password + "\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_passwordFile, UnixFileMode.UserRead);
        _server = await PostgresServer.StartAsync(
            new PostgresServerOptions
            {
                Private = true,
                AllowInstall = Environment.IsPrivilegedProcess,
                Settings = _files.ServerSettings,
            },
            CancellationToken.None
        );
        _database = await _server.CreateDatabaseAsync("tls", null, CancellationToken.None);
        await Town.MigrateAsync(_server, _database, CancellationToken.None);
        await using var admin = NpgsqlDataSource.Create(_server.AdminConnectionString(_database));
        await using var connection = await admin.OpenConnectionAsync();
        await connection.ExecuteAsync($"ALTER ROLE {PostgresRoles.Worker} PASSWORD '{Password}'");
    }

    [OneTimeTearDown]
    public async Task DropAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        if (_files is not null)
            await _files.DisposeAsync();
        if (_passwordFile is not null)
            Directory.Delete(Path.GetDirectoryName(_passwordFile)!, recursive: true);
    }

    [Test]
    public async Task The_worker_pays_over_verified_TLS_with_a_SCRAM_password_from_its_file()
    {
        var account = NewAccount();
        await WaitForAsync(await OrderAsync(account), "paid");
        PaidOnce(account, 350000);
        Assert.That(
            await ScalarAsync<long>(
                """
                SELECT count(*) FROM pg_stat_activity AS a JOIN pg_stat_ssl AS s USING (pid)
                WHERE a.usename = 'payouts_worker' AND NOT s.ssl
                """
            ),
            Is.Zero
        );
        Assert.That(
            await ScalarAsync<bool>(
                "SELECT rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid WHERE rolname = 'payouts_worker'"
            ),
            Is.True
        );
    }

    [Test]
    public async Task The_right_way_in_passes_the_check() =>
        Assert.That(await SaidAsync(Text("VerifyFull", _files.Authority)), Is.Null);

    [TestCase("Disable", "pg_hba.conf", "SSL Mode=VerifyFull")]
    public async Task A_plain_connection_is_refused_and_the_setting_is_named(string mode, params string[] said)
    {
        var message = await SaidAsync(Text(mode, null));
        foreach (var word in said)
            Assert.That(message, Does.Contain(word));
    }

    [Test]
    public async Task A_certificate_of_another_authority_is_refused_and_the_setting_is_named() =>
        Assert.That(
            await SaidAsync(Text("VerifyFull", _files.Impostor)),
            Does.Contain("certificate was not accepted").And.Contain("Root Certificate")
        );

    [Test]
    public async Task A_certificate_for_another_name_is_refused() =>
        Assert.That(
            await SaidAsync(Text("VerifyFull", _files.Authority, host: "127.0.0.1")),
            Does.Contain("certificate was not accepted").And.Contain("Host")
        );

    [Test]
    public async Task A_wrong_password_is_refused_and_not_repeated()
    {
        var settings = new DatabaseSettings
        {
            ConnectionString = Text("VerifyFull", _files.Authority) + ";Password=wrong-word",
        };
        var message = await SaidAsync(settings);
        Assert.That(message, Does.Contain("password file").And.Not.Contain("wrong-word"));
    }

    private Task<string?> SaidAsync(string text) =>
        SaidAsync(new DatabaseSettings { ConnectionString = text, PasswordFile = _passwordFile });

    private static async Task<string?> SaidAsync(DatabaseSettings settings)
    {
        await using var source = DataSources.Plain(settings, "check");
        try
        {
            await DatabaseCheck.RunAsync(source, NullLogger.Instance, CancellationToken.None);
            return null;
        }
        catch (StartException e)
        {
            return e.Message;
        }
    }

    private string Text(string mode, string? authority, string host = "localhost") =>
        $"Host={host};Port={_server.Port};Database={_database};Username={PostgresRoles.Worker};SSL Mode={mode}"
        + (authority is null ? "" : $";Root Certificate={authority}");
}
