using System.Security.Cryptography;
using Npgsql;
using PayoutWorker.Lab.Processes;

namespace PayoutWorker.Lab.Postgres;

/// <summary>
/// A server to work with: the one that PAYOUTS_PG names, where only databases of our own are made and dropped, or a
/// private one that lives as long as this object. Either has the product's three roles.
/// </summary>
internal abstract class PostgresServer : IAsyncDisposable
{
    public const string AddressVariable = "PAYOUTS_PG";

    private static readonly TimeSpan TemplateTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Whether the server is ours to stop, kill and restart.</summary>
    public abstract bool IsPrivate { get; }

    /// <summary>Holds psql, pg_dump and pg_restore; null when this machine has none.</summary>
    public abstract string? BinariesFolder { get; }

    public abstract int Port { get; }

    /// <summary>For those who create databases and look at everything.</summary>
    public abstract string AdminConnectionString(string database);

    /// <summary>As one of <see cref="PostgresRoles"/>, never a superuser.</summary>
    public abstract string ConnectionString(string database, string role);

    /// <summary>The last lines of a private server's log.</summary>
    public abstract string LogTail(int lines);

    /// <summary>SIGKILL for the server and all its processes; returns when they are gone. Private servers only.</summary>
    public abstract Task KillAsync(CancellationToken cancellationToken);

    /// <summary>Starts on the same data and port, stopped first if it runs. Private servers only.</summary>
    public abstract Task RestartAsync(CancellationToken cancellationToken);

    /// <summary>Stops and keeps the data for <see cref="RestartAsync"/>. Private servers only.</summary>
    public abstract Task StopAsync(PostgresStopMode mode, CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();

    /// <summary>The name of a maintenance database, to connect to before there is one of our own.</summary>
    protected abstract string MaintenanceDatabase { get; }

    /// <summary>What every database's name begins with.</summary>
    protected abstract string NamePrefix { get; }

    /// <summary>Starts a private server, or connects to the one of PAYOUTS_PG.</summary>
    public static async Task<PostgresServer> StartAsync(
        PostgresServerOptions options,
        CancellationToken cancellationToken
    )
    {
        var address = Environment.GetEnvironmentVariable(AddressVariable);
        return string.IsNullOrEmpty(address) || options.Private
            ? await PrivatePostgresServer.StartAsync(options, cancellationToken)
            : await SharedPostgresServer.ConnectAsync(address, cancellationToken);
    }

    /// <summary>
    /// Creates a database that <see cref="PostgresRoles.Migrator"/> owns, and returns its name: the prefix and
    /// something random. Sessions left on the template (a pool keeps them) are ended.
    /// </summary>
    public Task<string> CreateDatabaseAsync(string prefix, string? template, CancellationToken cancellationToken) =>
        CreateAsync($"{NamePrefix}{prefix}_{RandomNumberGenerator.GetHexString(8, true)}", template, cancellationToken);

    /// <summary>
    /// As <see cref="CreateDatabaseAsync"/>, but a private server's database has exactly this name: for people who
    /// look into it.
    /// </summary>
    public Task<string> CreateNamedDatabaseAsync(string name, CancellationToken cancellationToken) =>
        IsPrivate
            ? CreateAsync(name, template: null, cancellationToken)
            : CreateDatabaseAsync(name, template: null, cancellationToken);

    /// <summary>Drops a database of ours with whoever is connected to it; nothing happens when it is gone.</summary>
    public virtual async Task DropDatabaseAsync(string name, CancellationToken cancellationToken)
    {
        if (!name.StartsWith(NamePrefix, StringComparison.Ordinal))
            throw new ArgumentException($"expected a database of ours, '{NamePrefix}...', got '{name}'", nameof(name));
        await ExecuteAsync($"DROP DATABASE IF EXISTS {Quote(name)} WITH (FORCE)", cancellationToken);
    }

    protected static string Quote(string identifier) =>
        "\"" + identifier.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    protected async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAdminAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    protected async Task<NpgsqlConnection> OpenAdminAsync(CancellationToken cancellationToken)
    {
        // Not pooled: such a session would outlive a kill of the server, and stand in the way of a DROP.
        var builder = new NpgsqlConnectionStringBuilder(AdminConnectionString(MaintenanceDatabase)) { Pooling = false };
        var connection = new NpgsqlConnection(builder.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    protected virtual async Task<string> CreateAsync(string name, string? template, CancellationToken cancellationToken)
    {
        var sql = $"CREATE DATABASE {Quote(name)} OWNER {PostgresRoles.Migrator}";
        if (template is not null)
            sql += $" TEMPLATE {Quote(template)}";
        await Poll.UntilAsync(
            $"nobody to be connected to the template '{template}'",
            token => TryCreateAsync(sql, template, token),
            TemplateTimeout,
            cancellationToken
        );
        return name;
    }

    private async Task<bool> TryCreateAsync(string sql, string? template, CancellationToken cancellationToken)
    {
        try
        {
            // First, for the server itself waits five seconds for them before it refuses.
            if (template is not null)
                await EndSessionsAsync(template, cancellationToken);
            await ExecuteAsync(sql, cancellationToken);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ObjectInUse && template is not null)
        {
            return false;
        }
    }

    private async Task EndSessionsAsync(string database, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAdminAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
            connection
        );
        command.Parameters.AddWithValue(database);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
