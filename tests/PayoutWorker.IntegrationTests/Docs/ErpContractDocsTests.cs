using Dapper;
using Npgsql;

namespace PayoutWorker.IntegrationTests.Docs;

/// <summary>docs/erp-contract.md has the columns, constraints and errors that the database has.</summary>
internal sealed class ErpContractDocsTests
{
    private static readonly DocsPage Page = new("docs/erp-contract.md");

    private NpgsqlDataSource _database = null!;

    [OneTimeSetUp]
    public async Task OpenAsync() =>
        _database = NpgsqlDataSource.Create(Cluster.Server.AdminConnectionString(await Cluster.NewDatabaseAsync()));

    [OneTimeTearDown]
    public async Task CloseAsync() => await _database.DisposeAsync();

    [Test]
    public async Task Every_column_that_the_ERP_may_insert_is_listed_in_order() =>
        Assert.That(
            Page.FirstColumn("### Input columns"),
            Is.EqualTo(
                await TextsAsync(
                    """
                    SELECT attname::text FROM pg_attribute
                    WHERE attrelid = 'payouts.outbox'::regclass AND attnum > 0 AND NOT attisdropped
                      AND has_column_privilege('payouts_erp', attrelid, attnum, 'INSERT')
                    ORDER BY attnum
                    """
                )
            )
        );

    [Test]
    public async Task Every_column_of_the_view_is_listed()
    {
        var columns = await TextsAsync(
            "SELECT attname::text FROM pg_attribute WHERE attrelid = 'payouts.status'::regclass AND attnum > 0"
        );
        Assert.That(Page.FirstColumn("### Columns of payouts.status"), Is.EquivalentTo(columns));
    }

    [Test]
    public async Task Every_state_is_listed_with_the_words_of_the_view()
    {
        var view = (await TextsAsync("SELECT pg_get_viewdef('payouts.status'::regclass)"))[0];
        var states = await TextsAsync(
            """
            SELECT from_state FROM payouts.legal_move
            UNION SELECT unnest(ARRAY['paid', 'failed', 'cancelled', 'rejected', 'returned'])
            """
        );
        Assert.That(Page.FirstColumn("### States"), Is.EquivalentTo(states));
        var words = System
            .Text.RegularExpressions.Regex.Matches(view, "(?:THEN|ELSE) '([^']+)'::text")
            .Select(m => m.Groups[1].Value);
        Assert.That(words.Where(text => !Page.Text.Contains(text, StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task Every_constraint_is_explained() =>
        await IsMentionedAsync(
            """
            SELECT conname::text FROM pg_constraint
            WHERE conrelid = 'payouts.outbox'::regclass AND contype IN ('c', 'u')
            """
        );

    [Test]
    public async Task Every_error_code_of_ours_is_explained() =>
        await IsMentionedAsync(
            """
            SELECT DISTINCT m[1] FROM pg_proc, regexp_matches(prosrc, 'PW[0-9]{3}', 'g') AS m
            WHERE pronamespace = 'payouts'::regnamespace
            """
        );

    [Test]
    public async Task Every_function_that_the_ERP_may_call_is_explained() =>
        await IsMentionedAsync(
            """
            SELECT proname::text FROM pg_proc
            WHERE pronamespace = 'payouts'::regnamespace AND has_function_privilege('payouts_erp', oid, 'EXECUTE')
            """
        );

    private async Task IsMentionedAsync(string sql)
    {
        var names = await TextsAsync(sql);
        Assert.That(names, Is.Not.Empty);
        Assert.That(names.Where(name => !Page.Text.Contains($"`{name}`", StringComparison.Ordinal)), Is.Empty);
    }

    private async Task<IReadOnlyList<string>> TextsAsync(string sql)
    {
        await using var connection = await _database.OpenConnectionAsync();
        return [.. await connection.QueryAsync<string>(sql)];
    }
}
