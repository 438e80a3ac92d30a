using System.Globalization;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PayoutWorker.Host;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Host.Run;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Lab.Postgres;
using PayoutWorker.Lab.Processes;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>A real PgBouncer in transaction mode: the ERP may come through it, the worker may not.</summary>
internal sealed class PoolerTests
{
    private string _folder = null!;
    private string _database = null!;
    private ChildProcess _pooler = null!;
    private int _port;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        if (Programs.Find("pgbouncer") is not { } program)
        {
            // No part of the product needs one: the test is about being refused behind it.
            Assert.Ignore("no pgbouncer on this machine");
            return;
        }
        var account = ServerAccount.Choose();
        _folder = await account.CreateFolderAsync(CancellationToken.None);
        _database = await Cluster.NewDatabaseAsync();
        _port = FreePort.Find();
        var file = Path.Combine(_folder, "pgbouncer.ini");
        var server = new NpgsqlConnectionStringBuilder(Cluster.Server.AdminConnectionString(_database));
        var text = $"""
            [databases]
            * = host={server.Host} port={server.Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {_port.ToString(CultureInfo.InvariantCulture)}
            unix_socket_dir =
            auth_type = any
            pool_mode = transaction
            ignore_startup_parameters = extra_float_digits, options
            """;
        // Whoever asks comes in as the role that it names, as the test's server lets everybody in.
        text = text.Replace(
            "port=" + server.Port,
            $"port={server.Port} user={PostgresRoles.Erp}",
            StringComparison.Ordinal
        );
        await File.WriteAllTextAsync(file, text + "\n");
        if (account.UserId is not null)
            (
                await ChildProcess.RunAsync(
                    new ChildProcessOptions("chown", ["-R", $"{account.UserId}:{account.GroupId}", _folder]),
                    CancellationToken.None
                )
            ).OrThrow();
        _pooler = ChildProcess.Start(account.Command(program, [file]) with { WorkingDirectory = "/" });
        await Poll.UntilAsync("the pooler to answer", AnswersAsync, TimeSpan.FromSeconds(20), CancellationToken.None);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_pooler is not null)
            await _pooler.DisposeAsync();
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
            ProcessGuard.Instance.ForgetFolder(_folder);
        }
    }

    [Test]
    public async Task The_ERP_orders_and_reads_through_a_pooler_in_transaction_mode()
    {
        await using var source = NpgsqlDataSource.Create(Text());
        for (var i = 0; i < 3; i++)
        {
            await using var connection = await source.OpenConnectionAsync();
            await connection.ExecuteAsync(OrderRow.Insert, new OrderRow($"P-{i}"));
            Assert.That(
                await connection.ExecuteScalarAsync<string>(
                    "SELECT state FROM payouts.status WHERE erp_key = @key",
                    new { key = $"P-{i}" }
                ),
                Is.EqualTo("new")
            );
        }
    }

    [Test]
    public async Task The_worker_does_not_start_through_a_pooler()
    {
        await using var source = DataSources.Plain(new DatabaseSettings { ConnectionString = Text() }, "check");
        var refused = Assert.ThrowsAsync<StartException>(() =>
            DatabaseCheck.DirectlyAsync(source, CancellationToken.None)
        )!;
        Assert.That(refused.Message, Does.Contain("connection pooler").And.Contain("Database:ConnectionString"));

        await using var direct = NpgsqlDataSource.Create(
            Cluster.Server.ConnectionString(_database, PostgresRoles.Worker)
        );
        await DatabaseCheck.RunAsync(direct, NullLogger.Instance, CancellationToken.None);
    }

    private string Text() =>
        $"Host=127.0.0.1;Port={_port};Database={_database};Username={PostgresRoles.Erp};No Reset On Close=true";

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        if (_pooler.HasExited)
            throw new InvalidOperationException(string.Join('\n', _pooler.Tail(20)));
        try
        {
            await using var source = NpgsqlDataSource.Create(Text() + ";Pooling=false");
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
