using Dapper;
using PayoutWorker.IntegrationTests.Database.Support;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>One key means one order: the same again changes nothing, another one is an error.</summary>
internal sealed class SameOrderTests : SharedDatabaseTest
{
    private static readonly string OrNothing = OrderRow.Insert.Replace(
        "RETURNING id",
        "ON CONFLICT (erp_key) DO NOTHING RETURNING id",
        StringComparison.Ordinal
    );

    [Test]
    public async Task The_same_order_again_changes_nothing_and_says_so()
    {
        await using var erp = await Db.Erp.OpenConnectionAsync();
        Assert.That(await erp.ExecuteScalarAsync<long?>(OrNothing, new OrderRow("same")), Is.Not.Null);
        Assert.That(await erp.ExecuteScalarAsync<long?>(OrNothing, new OrderRow("same")), Is.Null);
        Assert.That(
            Refusal(() => erp.ExecuteAsync(OrderRow.Insert, new OrderRow("same"))).ConstraintName,
            Is.EqualTo("erp_key_is_unique")
        );
    }

    [Test]
    public async Task Another_order_under_the_key_is_an_error_that_names_what_differs()
    {
        await Db.InsertAsync(new OrderRow("other"));
        await using var erp = await Db.Erp.OpenConnectionAsync();
        var refusal = Refusal(() => erp.ExecuteAsync(OrNothing, new OrderRow("other") { Amount = 1, Purpose = null }));
        Assert.That(refusal.SqlState, Is.EqualTo("PW041"));
        Assert.That(refusal.MessageText, Does.EndWith("amount, purpose differs"));
    }

    [Test]
    public async Task A_key_twice_in_one_INSERT_with_two_amounts_is_an_error()
    {
        await using var erp = await Db.Erp.OpenConnectionAsync();
        const string Sql = """
            INSERT INTO payouts.outbox (erp_key, method, amount) VALUES ('twice', 'account', 1), ('twice', 'account', 2)
            ON CONFLICT (erp_key) DO NOTHING
            """;
        Assert.That(Refusal(() => erp.ExecuteAsync(Sql)).SqlState, Is.EqualTo("PW041"));
    }

    [Test]
    public async Task A_card_that_was_sealed_again_is_the_same_order()
    {
        await Db.InsertAsync(OrderRow.Card("card"));
        await using var erp = await Db.Erp.OpenConnectionAsync();
        var again = OrderRow.Card("card") with { SealedCard = [.. Enumerable.Repeat((byte)7, 256)] };
        Assert.That(await erp.ExecuteScalarAsync<long?>(OrNothing, again), Is.Null);
        var other = again with { CardLast4 = "0000" };
        Assert.That(Refusal(() => erp.ExecuteAsync(OrNothing, other)).SqlState, Is.EqualTo("PW041"));
    }

    [Test]
    public async Task Every_column_of_an_order_is_compared_but_the_sealed_number()
    {
        var columns = await Db.ListAsync<string>(
            """
            SELECT attname::text FROM pg_attribute
            WHERE attrelid = 'payouts.outbox'::regclass AND attnum > 0 AND attname NOT IN ('erp_key', 'sealed_card')
              AND has_column_privilege('payouts_erp', attrelid, attnum, 'INSERT')
            """
        );
        var body = await Db.ScalarAsync<string>("SELECT prosrc FROM pg_proc WHERE proname = 'refuse_other_order'");
        Assert.That(columns, Is.Not.Empty);
        Assert.That(columns.Where(c => !body.Contains($"o.{c} IS DISTINCT FROM NEW.{c})")), Is.Empty);
    }
}
