using Dapper;
using Npgsql;
using PayoutWorker.Host.Run;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Store;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>The worker's connections plan for rows by key; what works on sets must not be planned so.</summary>
internal sealed class LongStatementTests : SharedDatabaseTest
{
    private const string Anti = """
        EXPLAIN SELECT FROM unnest(@ids::bigint[]) AS a (id)
        WHERE NOT EXISTS (SELECT FROM unnest(@ids::bigint[]) AS b (id) WHERE b.id = a.id)
        """;

    private static readonly long[] Ids = [.. Enumerable.Range(0, 1000).Select(i => (long)i)];

    [Test]
    public async Task A_day_is_compared_as_a_set()
    {
        var text = new NpgsqlConnectionStringBuilder(Db.Worker.ConnectionString)
        {
            Options = DataSources.WorkerOptions,
        };
        await using var worker = NpgsqlDataSource.Create(text);
        await using var connection = await worker.OpenConnectionAsync();
        Task<string> Plan() => PlanAsync(connection);
        Assert.That(await Plan(), Does.Contain("Nested Loop"), "the payout path is as it was");
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await connection.ExecuteAsync(Sql.Text("allow_long"), new { bound = "300s" }, transaction);
            Assert.That(await Plan(), Does.Not.Contain("Nested Loop"));
            Assert.That(
                await connection.ExecuteScalarAsync<string>("SHOW plan_cache_mode"),
                Is.EqualTo("force_custom_plan")
            );
            await transaction.CommitAsync();
        }
        Assert.That(await Plan(), Does.Contain("Nested Loop"), "for its transaction alone");
    }

    [TestCase("prune")]
    public async Task What_works_through_history_is_planned_as_a_set(string function) =>
        Assert.That(
            await Db.ListAsync<string>(
                "SELECT unnest(proconfig) FROM pg_proc WHERE pronamespace = 'payouts'::regnamespace AND proname = @function",
                new { function }
            ),
            Is.SupersetOf(
                new[]
                {
                    "enable_bitmapscan=on",
                    "enable_hashjoin=on",
                    "enable_memoize=on",
                    "enable_mergejoin=on",
                    "enable_seqscan=on",
                }
            )
        );

    private static async Task<string> PlanAsync(NpgsqlConnection connection) =>
        string.Join('\n', await connection.QueryAsync<string>(Anti, new { ids = Ids }));
}
