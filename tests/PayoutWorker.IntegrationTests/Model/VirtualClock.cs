using Dapper;
using Npgsql;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Lab.Postgres;

namespace PayoutWorker.IntegrationTests.Model;

/// <summary>
/// A database whose clock is the test's: a schema ahead of pg_catalog holds another <c>now()</c>, which the statements,
/// the functions and the column defaults find first. Their texts stay as they ship; only the reference of an order is
/// made without the installation's random id, so that both sides know it.
/// </summary>
internal sealed class VirtualClock : IAsyncDisposable
{
    private const string Install = """
        CREATE SCHEMA test_clock;
        CREATE TABLE test_clock.clock (at timestamptz NOT NULL);
        INSERT INTO test_clock.clock VALUES ('2026-01-12 09:00:00+00');
        CREATE FUNCTION test_clock.now() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT at FROM test_clock.clock';
        CREATE FUNCTION test_clock.t(at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE
        AS $$ SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') $$;
        GRANT USAGE ON SCHEMA test_clock TO PUBLIC;
        GRANT SELECT ON test_clock.clock TO PUBLIC;
        CREATE OR REPLACE FUNCTION payouts.bank_ref(installation uuid, erp_key text) RETURNS text
        LANGUAGE sql IMMUTABLE AS $$ SELECT 'ref-' || erp_key $$;
        DO $$
        DECLARE
            f record;
        BEGIN
            FOR f IN
                SELECT p.oid::regprocedure AS name FROM pg_proc AS p WHERE p.pronamespace = 'payouts'::regnamespace
            LOOP
                EXECUTE format('ALTER FUNCTION %s SET search_path = test_clock, pg_catalog, payouts, pg_temp', f.name);
            END LOOP;
            FOR f IN
                SELECT d.adrelid::regclass AS name, a.attname AS field
                FROM pg_attrdef AS d
                JOIN pg_attribute AS a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
                WHERE pg_get_expr(d.adbin, d.adrelid) = 'now()'
            LOOP
                EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT test_clock.now()', f.name, f.field);
            END LOOP;
        END
        $$;
        """;

    private const string Empty = """
        SET session_replication_role = replica;
        DELETE FROM payouts.outbox; DELETE FROM payouts.work; DELETE FROM payouts.bank_session;
        DELETE FROM payouts.bank_call; DELETE FROM payouts.webhook; DELETE FROM payouts.event;
        DELETE FROM payouts.return_watch; DELETE FROM payouts.switch; DELETE FROM payouts.alarm;
        ALTER TABLE payouts.outbox ALTER COLUMN id RESTART;
        ALTER TABLE payouts.webhook ALTER COLUMN id RESTART;
        UPDATE test_clock.clock SET at = '2026-01-12 09:00:00+00';
        RESET session_replication_role;
        """;

    private readonly TestDatabase _database;

    private VirtualClock(TestDatabase database)
    {
        _database = database;
        Admin = Source(Cluster.Server.AdminConnectionString(database.Name));
        Worker = Source(Cluster.Server.ConnectionString(database.Name, PostgresRoles.Worker));
    }

    public NpgsqlDataSource Admin { get; }
    public NpgsqlDataSource Worker { get; }

    public static async Task<VirtualClock> CreateAsync()
    {
        var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(Install);
        return new VirtualClock(database);
    }

    /// <summary>No rows, and the clock at its beginning.</summary>
    public Task EmptyAsync() => _database.ExecuteAsync(Empty);

    public async Task PassAsync(TimeSpan time)
    {
        await using var connection = await Admin.OpenConnectionAsync();
        await connection.ExecuteAsync("UPDATE test_clock.clock SET at = at + @time", new { time });
    }

    public async ValueTask DisposeAsync()
    {
        await Admin.DisposeAsync();
        await Worker.DisposeAsync();
        await _database.DisposeAsync();
    }

    private static NpgsqlDataSource Source(string connectionString) =>
        NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connectionString)
            {
                SearchPath = "test_clock,pg_catalog",
                MaxAutoPrepare = 100,
            }
        );
}
