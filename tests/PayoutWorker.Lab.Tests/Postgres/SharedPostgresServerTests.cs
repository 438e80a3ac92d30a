using PayoutWorker.Lab.Postgres;
using static PayoutWorker.Lab.Tests.Postgres.PostgresServerTests;

namespace PayoutWorker.Lab.Tests.Postgres;

/// <summary>Somebody else's server, played by a private one whose user may create databases and roles.</summary>
[CancelAfter(120_000)]
internal sealed class SharedPostgresServerTests
{
    private PostgresServer _host = null!;
    private string _address = null!;

    private string Admin => _host.AdminConnectionString("postgres");

    [SetUp]
    public async Task StartAsync()
    {
        var token = CancellationToken.None;
        _host = await PostgresServer.StartAsync(new PostgresServerOptions { Private = true }, token);
        foreach (var role in PostgresRoles.All)
            await ExecuteAsync(Admin, $"DROP ROLE {role}", token);
        await ExecuteAsync(Admin, "CREATE ROLE tester LOGIN CREATEDB CREATEROLE", token);
        _address = $"postgres://tester@127.0.0.1:{_host.Port}/postgres";
    }

    [TearDown]
    public async Task StopAsync() => await _host.DisposeAsync();

    [Test]
    public async Task Databases_and_roles_come_and_go_with_us(CancellationToken token)
    {
        await using (var server = await SharedPostgresServer.ConnectAsync(_address, token))
        {
            var template = await server.CreateDatabaseAsync("tests", null, token);
            var copy = await server.CreateDatabaseAsync("tests", template, token);
            Assert.That(copy, Does.StartWith("payouts_lab_tests_"));
            var user = server.ConnectionString(copy, PostgresRoles.Worker);
            Assert.That(await ScalarAsync(user, "SELECT current_user::text", token), Is.EqualTo(PostgresRoles.Worker));
            Assert.That(
                await CountAsync("pg_roles WHERE rolname LIKE 'payouts%'", token),
                Is.EqualTo(PostgresRoles.All.Count)
            );
        }

        Assert.That(await CountAsync("pg_database WHERE datname LIKE 'payouts%'", token), Is.Zero);
        Assert.That(await CountAsync("pg_roles WHERE rolname LIKE 'payouts%'", token), Is.Zero);
    }

    [Test]
    public async Task Roles_stay_while_another_process_uses_them(CancellationToken token)
    {
        await using var other = await SharedPostgresServer.ConnectAsync(_address, token);
        await using (await SharedPostgresServer.ConnectAsync(_address, token))
            Assert.That(
                await CountAsync("pg_roles WHERE rolname LIKE 'payouts%'", token),
                Is.EqualTo(PostgresRoles.All.Count)
            );

        Assert.That(
            await CountAsync("pg_roles WHERE rolname LIKE 'payouts%'", token),
            Is.EqualTo(PostgresRoles.All.Count)
        );
    }

    [Test]
    public async Task Roles_that_were_there_before_stay(CancellationToken token)
    {
        await ExecuteAsync(Admin, $"CREATE ROLE {PostgresRoles.Erp}; GRANT {PostgresRoles.Erp} TO tester", token);

        await using (await SharedPostgresServer.ConnectAsync(_address, token))
            Assert.That(
                await CountAsync("pg_roles WHERE rolname LIKE 'payouts%'", token),
                Is.EqualTo(PostgresRoles.All.Count)
            );

        Assert.That(await CountAsync($"pg_roles WHERE rolname = '{PostgresRoles.Erp}'", token), Is.EqualTo(1));
        Assert.That(await CountAsync("pg_roles WHERE rolname LIKE 'payouts%'", token), Is.EqualTo(1));
    }

    [Test]
    public async Task Neither_the_server_nor_others_databases_are_touched(CancellationToken token)
    {
        await ExecuteAsync(Admin, "CREATE DATABASE payouts_lab_of_others OWNER tester", token);
        await using var server = await SharedPostgresServer.ConnectAsync(_address, token);

        Assert.That(() => server.DropDatabaseAsync("payouts_lab_of_others", token), Throws.ArgumentException);
        Assert.That(() => server.KillAsync(token), Throws.TypeOf<NotSupportedException>());
        Assert.That(() => server.RestartAsync(token), Throws.TypeOf<NotSupportedException>());
    }

    [Test]
    public async Task A_role_that_may_not_create_roles_is_told_so(CancellationToken token)
    {
        await ExecuteAsync(Admin, "ALTER ROLE tester NOCREATEROLE", token);

        Assert.That(
            () => SharedPostgresServer.ConnectAsync(_address, token),
            Throws.InvalidOperationException.With.Message.Contains("permission denied to create role")
        );
    }

    [Test]
    public async Task The_variable_is_what_decides_unless_a_private_server_is_asked_for(CancellationToken token)
    {
        var before = Environment.GetEnvironmentVariable(PostgresServer.AddressVariable);
        Environment.SetEnvironmentVariable(PostgresServer.AddressVariable, _address);
        try
        {
            await using var shared = await PostgresServer.StartAsync(new PostgresServerOptions(), token);
            await using var own = await PostgresServer.StartAsync(new PostgresServerOptions { Private = true }, token);

            Assert.That((shared.IsPrivate, shared.Port), Is.EqualTo((false, _host.Port)));
            Assert.That(own.IsPrivate);
        }
        finally
        {
            Environment.SetEnvironmentVariable(PostgresServer.AddressVariable, before);
        }
    }

    private async Task<long> CountAsync(string what, CancellationToken token) =>
        (long)(await ScalarAsync(Admin, $"SELECT count(*) FROM {what}", token))!;
}
