using Dapper;
using Npgsql;
using PayoutWorker.Lab.Postgres;
using PayoutWorker.Lab.Processes;
using PayoutWorker.Store;

namespace PayoutWorker.IntegrationTests.Database.Support;

/// <summary>A migrated database of one test's own, seen by each role.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private TestDatabase(string name)
    {
        Name = name;
        Admin = Source(Cluster.Server.AdminConnectionString(name));
        Owner = Source(Cluster.Server.ConnectionString(name, PostgresRoles.Migrator));
        Worker = Source(Cluster.Server.ConnectionString(name, PostgresRoles.Worker));
        Erp = Source(Cluster.Server.ConnectionString(name, PostgresRoles.Erp));
        Ops = Source(Cluster.Server.ConnectionString(name, PostgresRoles.Ops));
        Webhook = Source(Cluster.Server.ConnectionString(name, PostgresRoles.Webhook));
    }

    public string Name { get; }

    /// <summary>The superuser: looks at everything and forges what no role may write.</summary>
    public NpgsqlDataSource Admin { get; }

    /// <summary>The migrator, who owns the schema.</summary>
    public NpgsqlDataSource Owner { get; }

    public NpgsqlDataSource Worker { get; }
    public NpgsqlDataSource Erp { get; }

    /// <summary>The operators' pages.</summary>
    public NpgsqlDataSource Ops { get; }

    /// <summary>The webhook endpoint as a process of its own.</summary>
    public NpgsqlDataSource Webhook { get; }

    public static async Task<TestDatabase> CreateAsync() => new(await Cluster.NewDatabaseAsync());

    public PostgresStore Store(string owner = "w1") => new(Worker, owner, TimeSpan.FromDays(1));

    /// <summary>Inserts as the ERP does and returns the new id.</summary>
    public async Task<long> InsertAsync(OrderRow order)
    {
        await using var connection = await Erp.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<long>(OrderRow.Insert, order);
    }

    public async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = await Admin.OpenConnectionAsync();
        await connection.ExecuteAsync(sql, parameters);
    }

    public async Task<T> ScalarAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await Admin.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    public async Task<IReadOnlyList<T>> ListAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await Admin.OpenConnectionAsync();
        return [.. await connection.QueryAsync<T>(sql, parameters)];
    }

    /// <summary>The state that the ERP reads.</summary>
    public Task<string> StateAsync(long id) =>
        ScalarAsync<string>("SELECT state FROM payouts.status WHERE payout_id = @id", new { id });

    /// <summary>Returns when somebody in this database waits for a lock.</summary>
    public Task WaitForWaiterAsync() =>
        Poll.UntilAsync(
            "somebody to wait for a lock",
            _ =>
                ScalarAsync<bool>(
                    """
                    SELECT EXISTS (
                        SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
                    )
                    """
                ),
            TimeSpan.FromSeconds(20),
            CancellationToken.None
        );

    public async ValueTask DisposeAsync()
    {
        foreach (var source in new[] { Admin, Owner, Worker, Erp, Ops, Webhook })
            await source.DisposeAsync();
        await Cluster.Server.DropDatabaseAsync(Name, CancellationToken.None);
    }

    private static NpgsqlDataSource Source(string connectionString) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = 40 });
}
