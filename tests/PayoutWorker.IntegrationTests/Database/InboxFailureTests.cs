using Dapper;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>A webhook that cannot be applied is put off, and those around it are applied.</summary>
internal sealed class InboxFailureTests : InboxTest
{
    [TestCase("refused by the database", "could not be applied: 23505")]
    [TestCase("decision throws", "could not be applied: ArgumentException")]
    [TestCase("illegal move", "could not be applied: InvalidOperationException")]
    [TestCase("written by a newer version", "could not be applied: FormatException")]
    public async Task A_webhook_that_cannot_be_applied_is_put_off_and_blocks_nobody(string why, string outcome)
    {
        var ids = await ThreeAsync();
        if (why == "written by a newer version")
            await FreezeAsync(ids[1]);
        var result = await ApplyAsync(Poisoned(ids[1], why, foreign: Forge.SessionId(ids[0])));
        Assert.That((result.Taken, result.Orphans, result.Moved.Count), Is.EqualTo((3, 1, 2)));
        var lines = await WebhooksAsync();
        Assert.That(lines.Select(w => w.Applied), Is.EqualTo(new[] { true, false, true }));
        Assert.That((lines[1].Outcome, lines[1].PutOff), Is.EqualTo((outcome, true)));
        Assert.That((await Db.StateAsync(ids[0]), await Db.StateAsync(ids[2])), Is.EqualTo(("paid", "paid")));

        Assert.That((await ApplyAsync()).Taken, Is.Zero, "not again at once");
    }

    [Test]
    public async Task What_the_same_set_wrote_before_it_is_not_kept()
    {
        var order = new OrderRow("k");
        var (id, other) = (
            await Db.PayoutAsync(PayoutState.Started, order: order),
            await Db.PayoutAsync(PayoutState.Started, order: new OrderRow("other"))
        );
        await AddAsync(
            BankBody.ReadyToConfirm(Forge.SessionId(id), order),
            BankBody.Finished(Forge.SessionId(id), order)
        );
        var poison = Poisoned(id, "refused by the database", Forge.SessionId(other));
        await ApplyAsync(
            Rules.Inbox with
            {
                Decide = (payout, evidence) =>
                    (payout.State == PayoutState.Ready ? poison : Rules.Inbox).Decide(payout, evidence),
            }
        );
        Assert.That(
            (await WebhooksAsync()).Select(w => (w.Outcome, w.Applied)),
            Is.EqualTo(new[] { ("started to ready", true), ("could not be applied: 23505", false) }),
            "the first one alone, not as something known"
        );
        Assert.That(await MovesAsync(id), Is.EqualTo("started ready"));
    }

    [Test]
    public async Task It_is_found_among_those_that_waited_long()
    {
        var ids = await ThreeAsync();
        await Db.ExecuteAsync("UPDATE payouts.webhook SET due_at = now() - interval '1 hour'");
        var store = new PostgresStore(Db.Worker, "w1", TimeSpan.FromDays(1), time: new LongMoments());
        var result = await store.ApplyInboxAsync(Poisoned(ids[1], "decision throws", ""), default);
        Assert.That((result.Taken, result.Orphans, result.Moved.Count), Is.EqualTo((3, 1, 2)));
    }

    [Test]
    public async Task What_was_put_off_is_applied_when_it_can_be()
    {
        var ids = await ThreeAsync();
        await ApplyAsync(Poisoned(ids[1], "decision throws", ""));
        await Db.ExecuteAsync(MakeDue);
        await ApplyAsync();
        Assert.That(await Db.StateAsync(ids[1]), Is.EqualTo("paid"));
    }

    [Test]
    public async Task Only_the_failing_webhook_is_put_off_while_another_worker_holds_an_older_one()
    {
        var ids = await ThreeAsync();
        await using var connection = await Db.Worker.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(
            "SELECT FROM payouts.webhook ORDER BY id LIMIT 1 FOR UPDATE",
            transaction: transaction
        );
        await ApplyAsync(Poisoned(ids[1], "refused by the database", Forge.SessionId(ids[0])))
            .WaitAsync(TimeSpan.FromSeconds(20));
        await transaction.RollbackAsync();
        var lines = await WebhooksAsync();
        Assert.That(
            lines.Select(w => (w.Applied, w.PutOff)),
            Is.EqualTo(new[] { (false, false), (false, true), (true, false) })
        );
        Assert.That(lines[0].Outcome, Is.Null);
    }

    [Test]
    public async Task A_lost_connection_puts_nothing_off()
    {
        var ids = await ThreeAsync();
        var order = Rules.Inbox with
        {
            Decide = (payout, evidence) =>
                payout.Id == ids[1]
                    ? throw new Npgsql.NpgsqlException("lost", new IOException())
                    : Rules.Inbox.Decide(payout, evidence),
        };
        Assert.That(async () => await ApplyAsync(order), Throws.InstanceOf<Npgsql.NpgsqlException>());
        Assert.That((await WebhooksAsync()).Any(w => w.Applied || w.PutOff), Is.False);
        Assert.That((await ApplyAsync()).Moved, Has.Count.EqualTo(3));
    }

    // Three payouts, each with the bank's word that it was paid.
    private async Task<long[]> ThreeAsync()
    {
        List<long> ids = [];
        for (var i = 0; i < 3; i++)
        {
            var order = new OrderRow($"k{i}");
            ids.Add(await Db.PayoutAsync(PayoutState.Confirmed, order: order));
            await AddAsync(BankBody.Finished(Forge.SessionId(ids[i]), order));
        }
        return [.. ids];
    }

    private static InboxOrder Poisoned(long id, string why, string foreign) =>
        Rules.Inbox with
        {
            Decide = (payout, evidence) =>
                (payout.Id == id ? why : "") switch
                {
                    "decision throws" => throw new ArgumentException("bad luck"),
                    "illegal move" => new Change { To = PayoutState.Creating },
                    "refused by the database" => new Change
                    {
                        To = payout.State,
                        Session = new BankSession(2, foreign, SessionUse.Empty, null, null),
                    },
                    _ => Rules.Inbox.Decide(payout, evidence),
                },
        };

    private Task FreezeAsync(long id) =>
        Db.ExecuteAsync(
            """
            SET session_replication_role = replica;
            UPDATE payouts.work SET state = 'frozen' WHERE id = @id;
            RESET session_replication_role;
            """,
            new { id }
        );
}
