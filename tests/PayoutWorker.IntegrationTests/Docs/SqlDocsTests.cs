using Dapper;
using Npgsql;
using PayoutWorker.Lab.Postgres;

namespace PayoutWorker.IntegrationTests.Docs;

/// <summary>What a page shows as SQL runs as it stands, in the page's order, as the role that the page is for.</summary>
internal sealed class SqlDocsTests
{
    [TestCase("README.md", PostgresRoles.Erp, 3)]
    [TestCase("docs/erp-contract.md", PostgresRoles.Erp, 8)]
    [TestCase("docs/accountant.md", PostgresRoles.Erp, 5)]
    [TestCase("docs/operations.md", PostgresRoles.Migrator, 9)]
    [TestCase("docs/alarms.md", PostgresRoles.Migrator, 4)]
    [TestCase("docs/reconciliation.md", PostgresRoles.Migrator, 3)]
    [TestCase("docs/controls.md", PostgresRoles.Migrator, 6)]
    public async Task Every_block_runs(string page, string role, int atLeast)
    {
        var blocks = new DocsPage(page).Sql;
        Assert.That(blocks, Has.Count.AtLeast(atLeast), "the blocks were not found");
        await using var source = NpgsqlDataSource.Create(
            Cluster.Server.ConnectionString(await Cluster.NewDatabaseAsync(), role)
        );
        await using var connection = await source.OpenConnectionAsync();
        foreach (var sql in blocks)
            try
            {
                await connection.ExecuteAsync(sql);
            }
            catch (PostgresException e)
            {
                Assert.Fail($"{e.MessageText} ({e.SqlState}) in\n{sql}");
            }
    }
}
