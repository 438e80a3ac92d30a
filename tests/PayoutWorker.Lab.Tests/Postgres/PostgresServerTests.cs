using Npgsql;
using PayoutWorker.Lab.Postgres;
using PayoutWorker.Lab.Processes;

namespace PayoutWorker.Lab.Tests.Postgres;

[CancelAfter(120_000)]
internal sealed class PostgresServerTests
{
    private PrivatePostgresServer _server = null!;

    [OneTimeSetUp]
    public async Task StartAsync() =>
        _server = (PrivatePostgresServer)
            await PostgresServer.StartAsync(new PostgresServerOptions { Private = true }, CancellationToken.None);

    [OneTimeTearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [Test]
    public async Task A_database_is_copied_from_a_template_that_somebody_is_connected_to(CancellationToken token)
    {
        var template = await _server.CreateDatabaseAsync("template", null, token);
        var owner = _server.ConnectionString(template, PostgresRoles.Migrator);
        await ExecuteAsync(owner, "CREATE TABLE note (text text); INSERT INTO note VALUES ('copied')", token);
        await using var idle = new NpgsqlConnection(_server.AdminConnectionString(template));
        await idle.OpenAsync(token);

        var copy = await _server.CreateDatabaseAsync("copy", template, token);

        var migrator = _server.ConnectionString(copy, PostgresRoles.Migrator);
        Assert.That(copy, Does.StartWith("copy_"));
        Assert.That(await ScalarAsync(migrator, "SELECT text FROM note", token), Is.EqualTo("copied"));
    }

    [Test]
    public async Task The_roles_log_in_and_are_no_superusers(CancellationToken token)
    {
        var database = await _server.CreateDatabaseAsync("roles", null, token);
        foreach (var role in PostgresRoles.All)
        {
            var user = await ScalarAsync(
                _server.ConnectionString(database, role),
                "SELECT current_user || ' ' || current_setting('is_superuser')",
                token
            );
            Assert.That(user, Is.EqualTo($"{role} off"));
        }
    }

    [Test]
    public async Task A_dropped_database_is_gone_although_somebody_is_connected(CancellationToken token)
    {
        var name = await _server.CreateDatabaseAsync("drop", null, token);
        await using var busy = new NpgsqlConnection(_server.AdminConnectionString(name));
        await busy.OpenAsync(token);

        await _server.DropDatabaseAsync(name, token);

        var count = await ScalarAsync(
            _server.AdminConnectionString("postgres"),
            $"SELECT count(*) FROM pg_database WHERE datname = '{name}'",
            token
        );
        Assert.That(count, Is.Zero);
    }

    [Test]
    public async Task A_commit_survives_a_kill_and_an_open_transaction_does_not(CancellationToken token)
    {
        var name = await _server.CreateDatabaseAsync("kill", null, token);
        var address = _server.AdminConnectionString(name);
        var port = _server.Port;
        await ExecuteAsync(address, "CREATE TABLE note (text text); INSERT INTO note VALUES ('committed')", token);
        await using var open = new NpgsqlConnection(address);
        await open.OpenAsync(token);
        await using var transaction = await open.BeginTransactionAsync(token);
        await using var insert = new NpgsqlCommand("INSERT INTO note VALUES ('open')", open, transaction);
        await insert.ExecuteNonQueryAsync(token);
        var postmaster = _server.ProcessId;
        var children = await UnixProcess.ChildrenOfAsync(postmaster, token);

        await _server.KillAsync(token);

        Assert.That(children, Is.Not.Empty);
        Assert.That(children.Append(postmaster).Where(UnixProcess.IsRunning), Is.Empty);
        Assert.That(() => ScalarAsync(address, "SELECT 1", token), Throws.InstanceOf<NpgsqlException>());

        await _server.RestartAsync(token);

        Assert.That(_server.Port, Is.EqualTo(port));
        Assert.That(
            await ScalarAsync(address, "SELECT string_agg(text, ',') FROM note", token),
            Is.EqualTo("committed")
        );
    }

    [TestCase(PostgresStopMode.Fast)]
    [TestCase(PostgresStopMode.Immediate)]
    public async Task A_stopped_server_starts_again_with_its_data(PostgresStopMode mode, CancellationToken token)
    {
        var name = await _server.CreateDatabaseAsync("stop", null, token);

        await _server.StopAsync(mode, token);
        Assert.That(() => _server.ProcessId, Throws.InvalidOperationException);
        await _server.RestartAsync(token);

        var database = await ScalarAsync(_server.AdminConnectionString(name), "SELECT current_database()", token);
        Assert.That(database, Is.EqualTo(name));
    }

    [Test]
    public void A_server_that_does_not_start_shows_the_end_of_its_log(CancellationToken token)
    {
        var settings = new Dictionary<string, string> { ["shared_buffers"] = "many" };
        var options = new PostgresServerOptions { Private = true, Settings = settings };

        Assert.That(
            () => PostgresServer.StartAsync(options, token),
            Throws.InvalidOperationException.With.Message.Contains("shared_buffers")
        );
    }

    [Test]
    public void A_port_that_another_server_has_is_not_mistaken_for_ours(CancellationToken token) =>
        Assert.That(
            () => PostgresServer.StartAsync(new PostgresServerOptions { Private = true, Port = _server.Port }, token),
            Throws.InvalidOperationException.With.Message.Contains("Address already in use")
        );

    [Test]
    public async Task Disposing_leaves_neither_process_nor_folder(CancellationToken token)
    {
        var options = new PostgresServerOptions { Private = true, Durable = true };
        var server = (PrivatePostgresServer)await PostgresServer.StartAsync(options, token);
        var (id, folder) = (server.ProcessId, server.Folder);
        var fsync = await ScalarAsync(server.AdminConnectionString("postgres"), "SHOW fsync", token);
        Assert.That(fsync, Is.EqualTo("on"));
        Assert.That(folder, Does.Exist);

        await server.DisposeAsync();

        Assert.That(UnixProcess.IsRunning(id), Is.False);
        Assert.That(folder, Does.Not.Exist);
    }

    internal static async Task ExecuteAsync(string address, string sql, CancellationToken token) =>
        await ScalarAsync(address, sql, token);

    internal static async Task<object?> ScalarAsync(string address, string sql, CancellationToken token)
    {
        await using var source = NpgsqlDataSource.Create(address);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(token);
    }
}
