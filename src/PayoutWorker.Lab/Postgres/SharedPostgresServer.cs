using System.Collections.Concurrent;
using Npgsql;

namespace PayoutWorker.Lab.Postgres;

/// <summary>
/// Somebody's server, named by PAYOUTS_PG. Databases get names that nobody else would choose and are dropped at the
/// end; the roles are created if they are missing, and removed again by the last of us to leave.
/// </summary>
internal sealed class SharedPostgresServer : PostgresServer
{
    // Any two numbers do; they must only be the same in all processes of Lab. The first serialises those who come
    // and go, the second is held, shared, by all who use the roles.
    private const long DoorLock = 0x7061796F757473;
    private const long PresenceLock = DoorLock + 1;
    private const string RoleMark = "created by payouts lab";

    private readonly NpgsqlConnectionStringBuilder _address;
    private readonly ConcurrentDictionary<string, bool> _databases = new();
    private NpgsqlConnection? _presence;

    private SharedPostgresServer(NpgsqlConnectionStringBuilder address) => _address = address;

    public override bool IsPrivate => false;
    public override string? BinariesFolder => PostgresBinaries.Find()?.Folder;
    public override int Port => _address.Port;

    protected override string MaintenanceDatabase => _address.Database ?? "postgres";
    protected override string NamePrefix => "payouts_lab_";

    public static async Task<PostgresServer> ConnectAsync(string address, CancellationToken cancellationToken)
    {
        var server = new SharedPostgresServer(PostgresUrl.Parse(address));
        try
        {
            server._presence = await server.OpenAdminAsync(cancellationToken);
            await CreateRolesAsync(server._presence, cancellationToken);
            return server;
        }
        catch (Exception e)
        {
            await server.DisposeAsync();
            if (e is not NpgsqlException)
                throw;
            throw new InvalidOperationException(
                $"The server of {AddressVariable} cannot be used, which takes a role that may create databases, "
                    + $"and roles if ours are missing: {e.Message}",
                e
            );
        }
    }

    public override string AdminConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder(_address.ConnectionString)
        {
            Database = database,
            IncludeErrorDetail = true,
        }.ConnectionString;

    public override string ConnectionString(string database, string role) =>
        new NpgsqlConnectionStringBuilder(AdminConnectionString(database))
        {
            Options = $"{_address.Options} -c role={role}".TrimStart(),
        }.ConnectionString;

    public override string LogTail(int lines) => $"(the server of {AddressVariable} keeps its own log)";

    public override Task KillAsync(CancellationToken cancellationToken) => throw NotOurs();

    public override Task RestartAsync(CancellationToken cancellationToken) => throw NotOurs();

    public override Task StopAsync(PostgresStopMode mode, CancellationToken cancellationToken) => throw NotOurs();

    public override async Task DropDatabaseAsync(string name, CancellationToken cancellationToken)
    {
        if (!_databases.ContainsKey(name))
            throw new ArgumentException($"expected a database that we created, got '{name}'", nameof(name));
        await base.DropDatabaseAsync(name, cancellationToken);
        _databases.TryRemove(name, out _);
    }

    public override async ValueTask DisposeAsync()
    {
        try
        {
            foreach (var name in _databases.Keys)
                await DropDatabaseAsync(name, CancellationToken.None);
            if (_presence is not null)
                await RemoveRolesAsync(_presence, CancellationToken.None);
        }
        finally
        {
            if (_presence is not null)
                await _presence.DisposeAsync();
            _presence = null;
        }
    }

    protected override async Task<string> CreateAsync(
        string name,
        string? template,
        CancellationToken cancellationToken
    )
    {
        // Known before it exists: a creation that is cut short is dropped as well.
        _databases.TryAdd(name, true);
        return await base.CreateAsync(name, template, cancellationToken);
    }

    private static NotSupportedException NotOurs() =>
        new($"The server of {AddressVariable} is not ours to stop; ask for a private one.");

    private static async Task CreateRolesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await RunAsync(connection, $"SELECT pg_advisory_lock({DoorLock})", cancellationToken);
        foreach (var role in PostgresRoles.All)
        {
            if (!await IsTrueAsync(connection, $"SELECT to_regrole('{role}') IS NOT NULL", cancellationToken))
            {
                var create = $"CREATE ROLE {role}; COMMENT ON ROLE {role} IS '{RoleMark}'";
                await RunAsync(connection, create, cancellationToken);
            }
            // Needed to take the role on, and to give a database to it.
            if (!await IsTrueAsync(connection, $"SELECT pg_has_role('{role}', 'USAGE')", cancellationToken))
                await RunAsync(connection, $"GRANT {role} TO CURRENT_USER", cancellationToken);
        }
        await RunAsync(connection, $"SELECT pg_advisory_lock_shared({PresenceLock})", cancellationToken);
        await RunAsync(connection, $"SELECT pg_advisory_unlock({DoorLock})", cancellationToken);
    }

    private static async Task RemoveRolesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // Both end with the session.
        await RunAsync(connection, $"SELECT pg_advisory_lock({DoorLock})", cancellationToken);
        await RunAsync(connection, $"SELECT pg_advisory_unlock_shared({PresenceLock})", cancellationToken);
        if (!await IsTrueAsync(connection, $"SELECT pg_try_advisory_lock({PresenceLock})", cancellationToken))
            return;
        foreach (var role in PostgresRoles.All)
        {
            var isOurs =
                $"SELECT COALESCE(shobj_description(to_regrole('{role}')::oid, 'pg_authid') = '{RoleMark}', false)";
            if (!await IsTrueAsync(connection, isOurs, cancellationToken))
                continue;
            try
            {
                await RunAsync(connection, $"DROP ROLE {role}", cancellationToken);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DependentObjectsStillExist)
            {
                // A run that was killed left its database behind; the role is its owner's.
            }
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<bool> IsTrueAsync(
        NpgsqlConnection connection,
        string sql,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
