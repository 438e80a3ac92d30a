using Dapper;
using PayoutWorker.IntegrationTests.Database.Support;

namespace PayoutWorker.IntegrationTests.Database;

internal sealed class IntakeTests : DatabaseTest
{
    [Test]
    public async Task An_inserted_order_is_work_with_the_flow_of_its_method()
    {
        var account = await Db.InsertAsync(new OrderRow("A") { Priority = 7 });
        var card = await Db.InsertAsync(OrderRow.Card("C"));
        var direct = await Db.InsertAsync(new OrderRow("D") { Flow = "single_request" });
        Assert.That(
            await Db.ListAsync<(long, string, string, string, short, long)>(
                "SELECT id, state, method, flow, priority, fence FROM payouts.work ORDER BY id"
            ),
            Is.EqualTo(
                new (long, string, string, string, short, long)[]
                {
                    (account, "new", "account", "two_step", 7, 0),
                    (card, "new", "card", "single_request", 0, 0),
                    (direct, "new", "account", "single_request", 0, 0),
                }
            )
        );
    }

    [Test]
    public async Task A_hundred_thousand_rows_in_one_insert_are_work_however_bad_some_of_them_are()
    {
        await using var erp = await Db.Erp.OpenConnectionAsync();
        await erp.ExecuteAsync(
            """
            INSERT INTO payouts.outbox (
                erp_key, method, amount, sender_account, recipient_name, recipient_account, recipient_bik, purpose
            )
            SELECT
                'K-' || i,
                'account',
                i,
                CASE WHEN i % 11 <> 0 THEN '40702810300200000013' END,
                repeat('long ', CASE WHEN i % 13 = 0 THEN 1000 ELSE 1 END),
                CASE WHEN i % 17 <> 0 THEN '40817810400003869535' ELSE 'not an account' END,
                CASE WHEN i % 19 <> 0 THEN '044525974' ELSE '' END,
                NULL
            FROM generate_series(1, 100000) AS i
            """,
            commandTimeout: 60
        );
        Assert.That(
            await Db.ScalarAsync<long>("SELECT count(*) FROM payouts.work WHERE state = 'new' AND due_at <= now()"),
            Is.EqualTo(100_000)
        );
    }

    [Test]
    public async Task A_small_table_is_not_walked_through_for_each_row_of_a_large_insert()
    {
        const string Insert = "INSERT INTO payouts.outbox (erp_key, method, amount) SELECT 'K-' || i, 'account', 1 ";
        await Db.ExecuteAsync(Insert + "FROM generate_series(1, 5) AS i");
        // Now PostgreSQL knows that it is small, and would rather read it whole.
        await Db.ExecuteAsync("VACUUM ANALYZE payouts.outbox");
        await using var erp = await Db.Erp.OpenConnectionAsync();
        await using var transaction = await erp.BeginTransactionAsync();
        await erp.ExecuteAsync(Insert + "FROM generate_series(6, 50) AS i");
        await erp.ExecuteAsync(Insert + "FROM generate_series(1, 50) AS i ON CONFLICT (erp_key) DO NOTHING");
        const string Walks = "SELECT seq_scan FROM pg_stat_xact_all_tables WHERE relid = 'payouts.outbox'::regclass";
        Assert.That(await erp.ExecuteScalarAsync<long?>(Walks), Is.Zero);
    }

    [Test]
    public async Task One_meaningless_row_refuses_its_whole_insert()
    {
        await using var erp = await Db.Erp.OpenConnectionAsync();
        var refusal = Refusal(() =>
            erp.ExecuteAsync(
                """
                INSERT INTO payouts.outbox (erp_key, method, amount)
                SELECT 'K-' || i, 'account', i - 5 FROM generate_series(1, 10) AS i
                """
            )
        );
        Assert.That(refusal.ConstraintName, Is.EqualTo("amount_is_above_zero_in_minor_units"));
        Assert.That(await Db.ScalarAsync<long>("SELECT count(*) FROM payouts.work"), Is.Zero);
    }

    [Test]
    public async Task The_same_key_cannot_be_ordered_twice()
    {
        await Db.InsertAsync(new OrderRow("k"));
        var refusal = Refusal(() => Db.InsertAsync(new OrderRow("k")));
        Assert.That(refusal.ConstraintName, Is.EqualTo("erp_key_is_unique"));
    }

    [Test]
    public async Task The_erp_may_insert_again_what_it_is_not_sure_of()
    {
        await using var erp = await Db.Erp.OpenConnectionAsync();
        await erp.ExecuteAsync("INSERT INTO payouts.outbox (erp_key, method, amount) VALUES ('old', 'account', 1)");
        var inserted = await erp.QueryAsync<(long Id, string ErpKey)>(
            """
            INSERT INTO payouts.outbox (erp_key, method, amount) VALUES ('old', 'account', 1), ('fresh', 'account', 1)
            ON CONFLICT (erp_key) DO NOTHING
            RETURNING id, erp_key
            """
        );
        Assert.That(inserted.Select(row => row.ErpKey), Is.EqualTo(new[] { "fresh" }));
        Assert.That(await Db.ScalarAsync<long>("SELECT count(*) FROM payouts.work"), Is.EqualTo(2));
    }

    [Test]
    public async Task Workers_are_notified_once_for_each_transaction()
    {
        await using var listener = await Db.Worker.OpenConnectionAsync();
        List<string> heard = [];
        listener.Notification += (_, e) => heard.Add(e.Channel);
        await listener.ExecuteAsync("LISTEN payouts_due; LISTEN marker");
        await using (var erp = await Db.Erp.OpenConnectionAsync())
        await using (var transaction = await erp.BeginTransactionAsync())
        {
            for (var i = 0; i < 5; i++)
                await erp.ExecuteAsync(OrderRow.Insert, new OrderRow($"k{i}"), transaction);
            await transaction.CommitAsync();
        }
        // Notifications arrive in the order of commits: what was to come came before the marker.
        await Db.ExecuteAsync("NOTIFY marker");
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!heard.Contains("marker"))
            await listener.WaitAsync(deadline.Token);
        Assert.That(heard, Is.EqualTo(new[] { "payouts_due", "marker" }));
    }

    [Test]
    public async Task An_order_is_read_as_it_was_inserted()
    {
        var order = OrderRow.Card("C-1") with
        {
            Metadata = """{"a": 1}""",
            SealedCard = [.. Enumerable.Repeat((byte)7, 300)],
        };
        var id = await Db.InsertAsync(order);
        var payout = (await Db.Store().ReadAsync([id], default)).Single();
        Assert.Multiple(() =>
        {
            Assert.That(payout.Order.ErpKey, Is.EqualTo("C-1"));
            Assert.That(payout.Order.Amount.Minor, Is.EqualTo(10000));
            Assert.That(payout.Order.SealedCard, Is.EqualTo(order.SealedCard));
            Assert.That(payout.Order.Recipient.CardLast4, Is.EqualTo("4940"));
            Assert.That(payout.Order.Metadata, Is.EqualTo("""{"a": 1}"""));
            Assert.That(payout.BankRef, Has.Length.EqualTo(32).And.Not.Contains("C-1"));
        });
    }
}
