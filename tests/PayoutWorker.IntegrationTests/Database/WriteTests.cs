using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>One writer at a time for a payout, many payouts in a transaction.</summary>
internal sealed class WriteTests : DatabaseTest
{
    [Test]
    public async Task A_worker_whose_claim_was_taken_over_writes_nothing()
    {
        var id = await Db.PayoutAsync(PayoutState.Created);
        var mine = (await Db.Store("slow").ClaimAsync(Rules.Claim, default)).Single().Payout.Fence;
        await Db.ExecuteAsync("UPDATE payouts.work SET due_at = now()");
        await Db.Store("quick").ClaimAsync(Rules.Claim, default);
        var before = await RowVersionAsync(id);
        var written = await Db.Store("slow").WriteAsync(id, p => p.Fence == mine ? Rules.Next(p) : null);
        Assert.That(written.Change, Is.Null);
        Assert.That(written.After, Is.EqualTo(written.Before));
        Assert.That(await RowVersionAsync(id), Is.EqualTo(before));
        Assert.That(await Db.ScalarAsync<long>("SELECT count(*) FROM payouts.bank_call"), Is.Zero);
    }

    [Test]
    public async Task A_payout_that_is_not_there_is_written_as_nothing() =>
        Assert.That(await Db.Store().WriteAsync(12345, Rules.Next), Is.EqualTo(new Written(null, null, null)));

    [Test]
    public async Task Writers_of_one_payout_follow_each_other_and_each_sees_the_one_before()
    {
        var id = await Db.PayoutAsync(PayoutState.Started);
        var stores = new[] { Db.Store("a"), Db.Store("b"), Db.Store("c") };
        var writes = Enumerable.Range(0, 90).Select(i => Task.Run(() => stores[i % 3].WriteAsync(id, Asked)));
        var written = await Task.WhenAll(writes);
        Assert.That(
            await Db.ScalarAsync<short>("SELECT polls FROM payouts.work WHERE id = @id", new { id }),
            Is.EqualTo(90)
        );
        Assert.That(written.Select(one => one.Before!.Polls), Is.EquivalentTo(Enumerable.Range(0, 90)));
    }

    [Test]
    public async Task Writes_of_many_payouts_share_few_transactions()
    {
        const int rows = 400;
        await Db.ExecuteAsync(
            """
            INSERT INTO payouts.outbox (erp_key, method, amount)
            SELECT i, 'account', 1 FROM generate_series(1, @rows) AS i
            """,
            new { rows }
        );
        var ids = await Db.ListAsync<long>("SELECT id FROM payouts.work");
        var store = Db.Store();
        await Task.WhenAll(ids.Select(id => store.WriteAsync(id, p => new Change { To = p.State, Why = "test" })));
        var (events, transactions) = (
            await Db.ListAsync<(long, long)>("SELECT count(*), count(DISTINCT xmin::text) FROM payouts.event")
        ).Single();
        Assert.That(events, Is.EqualTo(rows));
        Assert.That(transactions, Is.LessThanOrEqualTo(rows / 20));
    }

    [Test]
    public async Task Each_write_returns_what_became_of_its_own_payout()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Db.PayoutAsync(PayoutState.Started)));
        var tasks = await OneSet.WriteAsync(
            Db,
            Db.Store(),
            [.. ids.Select((id, i) => (id, (Func<Payout, Change?>)(p => i % 2 == 0 ? Finished(p) : null)))]
        );
        for (var i = 0; i < ids.Length; i++)
        {
            var written = await tasks[i];
            Assert.That(written.After!.Id, Is.EqualTo(ids[i]));
            Assert.That(written.After.State, Is.EqualTo(i % 2 == 0 ? PayoutState.Paid : PayoutState.Started));
        }
    }

    [Test]
    public async Task What_a_write_returns_is_what_is_read_afterwards()
    {
        var id = await Db.PayoutAsync(PayoutState.Created);
        var store = Db.Store();
        var written = await store.WriteAsync(id, p => Rules.Next(p) with { BodyHash = [1, 2, 3] });
        var read = (await store.ReadAsync([id], default)).Single();
        Assert.That(written.After!.State, Is.EqualTo(PayoutState.Starting));
        // The model of a change has no clock of its own.
        Assert.That(
            read with
            {
                Now = default,
                StateSince = default,
                Call = null,
            },
            Is.EqualTo(written.After with { Now = default, StateSince = default, Call = null, Order = read.Order })
        );
        Assert.That((read.Call!.Step, read.Call.Sends), Is.EqualTo((Step.Start, 1)));
        Assert.That(
            await Db.ScalarAsync<string>("SELECT idempotency_key FROM payouts.bank_call"),
            Is.EqualTo(read.IdempotencyKey(Step.Start))
        );
    }

    [Test]
    public async Task A_call_sent_again_keeps_its_key_and_counts()
    {
        var id = await Db.PayoutAsync(PayoutState.Created);
        var store = Db.Store();
        await store.WriteAsync(id, Rules.Next);
        await store.WriteAsync(id, p => new Change { To = PayoutState.Created });
        await store.WriteAsync(id, Rules.Next);
        Assert.That(
            await Db.ListAsync<(string, short)>("SELECT step, sends FROM payouts.bank_call"),
            Is.EqualTo(new[] { ("start", (short)2) })
        );
    }

    [Test]
    public async Task A_write_is_committed_when_it_returns_and_changes_only_its_own_payout()
    {
        var other = await Db.PayoutAsync(PayoutState.Started);
        var before = await RowVersionAsync(other);
        var id = await Db.PayoutAsync(PayoutState.Started);
        await Db.Store().WriteAsync(id, Finished);
        Assert.That(await Db.StateAsync(id), Is.EqualTo("paid"));
        Assert.That(await RowVersionAsync(other), Is.EqualTo(before));
    }

    [Test]
    public async Task Two_sets_that_lock_the_same_payouts_in_other_orders_do_not_deadlock()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Db.PayoutAsync(PayoutState.Started)));
        var (a, b) = (Db.Store("a"), Db.Store("b"));
        for (var round = 0; round < 10; round++)
            await Task.WhenAll(
                ids.Select(id => a.WriteAsync(id, Asked)).Concat(ids.Reverse().Select(id => b.WriteAsync(id, Asked)))
            );
        Assert.That(await Db.ScalarAsync<long>("SELECT sum(polls) FROM payouts.work"), Is.EqualTo(40 * 20));
    }

    private static Change Asked(Payout payout) =>
        new()
        {
            To = payout.State,
            DueIn = TimeSpan.FromMinutes(1),
            Asked = true,
        };

    private static Change Finished(Payout payout) =>
        new()
        {
            To = PayoutState.Paid,
            Why = "paid",
            Result = new Result(payout.Session!.BankId, "po_1"),
        };

    private Task<string> RowVersionAsync(long id) =>
        Db.ScalarAsync<string>("SELECT xmin || ' ' || ctid FROM payouts.work WHERE id = @id", new { id });
}
