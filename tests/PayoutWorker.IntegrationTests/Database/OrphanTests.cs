using Dapper;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>Webhooks of sessions that are not known (yet).</summary>
internal sealed class OrphanTests : InboxTest
{
    private static readonly OrderRow Card = OrderRow.Card("c");

    [Test]
    public async Task A_webhook_that_came_before_its_session_was_known_is_applied_as_soon_as_it_is()
    {
        var id = await Db.PayoutAsync(PayoutState.Initiating, order: Card);
        await AddAsync(BankBody.Finished("ps_late", Card));
        var first = await ApplyAsync();
        Assert.That((first.Taken, first.Orphans), Is.EqualTo((1, 1)));
        Assert.That(
            (await WebhooksAsync()).Single(),
            Is.EqualTo(new WebhookLine("payment_finished", "ps_late", "no payout of ours", false, PutOff: true))
        );
        Assert.That((await ApplyAsync()).Taken, Is.Zero, "it waits for its time");

        await Store.WriteAsync(
            id,
            p => new Change { To = PayoutState.Started, Session = p.Session! with { BankId = "ps_late" } }
        );
        Assert.That((await ApplyAsync()).Moved, Has.Count.EqualTo(1));
        Assert.That(await Db.StateAsync(id), Is.EqualTo("paid"));
    }

    [Test]
    public async Task An_orphan_is_tried_again_and_again_and_reported_when_it_is_old()
    {
        await AddAsync(BankBody.Finished("ps_other", Card));
        await ApplyAsync();
        await Db.ExecuteAsync(MakeDue);
        Assert.That((await ApplyAsync()).Taken, Is.EqualTo(1));
        Assert.That(await AlarmsAsync(), Is.Empty, "it is young");
        for (var i = 0; i < 2; i++)
        {
            await Db.ExecuteAsync("UPDATE payouts.webhook SET received_at = now() - interval '16 min', due_at = now()");
            await ApplyAsync();
        }
        Assert.That(await AlarmsAsync(), Is.EqualTo(new[] { ("ps_other", 2) }));
        Assert.That((await WebhooksAsync()).Single().Applied, Is.False, "it may still find its payout");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_payout_that_waits_for_its_session_is_found_by_our_reference(bool held)
    {
        var id = held
            ? await Db.PayoutAsync(PayoutState.Held, PayoutState.Initiating, order: Card)
            : await Db.PayoutAsync(PayoutState.Initiating, order: Card);
        await AddAsync(BankBody.Finished("ps_found", Card, await ReferenceAsync()));
        await ApplyAsync();
        Assert.That(await SessionIdAsync(id), Is.EqualTo("ps_found"));
        Assert.That(await Db.StateAsync(id), Is.EqualTo(held ? "held" : "initiating"), "its status decides");
        Assert.That(await Db.ScalarAsync<bool>("SELECT due_at <= now() FROM payouts.work"), Is.True, "asked at once");
        Assert.That((await WebhooksAsync()).Single().Applied, Is.True);
    }

    public static IEnumerable<TestCaseData> Strangers =>
        [
            new TestCaseData(Card with { Amount = 10001 }).SetArgDisplayNames("amount"),
            new TestCaseData(Card with { Currency = "USD" }).SetArgDisplayNames("currency"),
            new TestCaseData(Card with { CardLast4 = "4941" }).SetArgDisplayNames("card"),
            new TestCaseData(new OrderRow("a") { Amount = Card.Amount }).SetArgDisplayNames("method"),
        ];

    [TestCaseSource(nameof(Strangers))]
    public async Task A_session_that_shows_something_else_is_not_taken_for_ours_and_stays_an_orphan(OrderRow shown)
    {
        var id = await Db.PayoutAsync(PayoutState.Initiating, order: Card);
        await AddAsync(BankBody.Finished("ps_strange", shown, await ReferenceAsync()));
        await ApplyAsync();
        Assert.That(await SessionIdAsync(id), Is.Null);
        Assert.That(await Db.StateAsync(id), Is.EqualTo("initiating"));
        Assert.That((await WebhooksAsync()).Single(), Has.Property("Applied").False.And.Property("PutOff").True);
    }

    [TestCase(PayoutState.New)]
    [TestCase(PayoutState.Creating)]
    [TestCase(PayoutState.Started)]
    [TestCase(PayoutState.Held)]
    [TestCase(PayoutState.Paid)]
    public async Task A_reference_finds_nothing_that_does_not_wait_for_a_session(PayoutState state)
    {
        var id = await Db.PayoutAsync(state, order: Card);
        var before = await SessionIdAsync(id);
        await AddAsync(BankBody.Finished("ps_strange", Card, await ReferenceAsync()));
        var result = await ApplyAsync();
        Assert.That((result.Orphans, result.Moved.Count), Is.EqualTo((1, 0)));
        Assert.That(await SessionIdAsync(id), Is.EqualTo(before));
    }

    [Test]
    public async Task A_foreign_reference_finds_nothing()
    {
        await Db.PayoutAsync(PayoutState.Initiating, order: Card);
        await AddAsync(BankBody.Finished("ps_strange", Card, new string('0', 32)));
        Assert.That((await ApplyAsync()).Orphans, Is.EqualTo(1));
    }

    [Test]
    public async Task What_comes_with_the_webhook_that_binds_a_session_is_applied_too()
    {
        var id = await Db.PayoutAsync(PayoutState.Initiating, order: Card);
        var reference = await ReferenceAsync();
        await AddAsync(BankBody.Working("ps_found", Card, reference), BankBody.Finished("ps_found", Card, reference));
        await ApplyAsync();
        Assert.That(await Db.StateAsync(id), Is.EqualTo("paid"));
    }

    [Test]
    public async Task A_second_session_with_our_reference_is_not_lost_in_the_set_of_the_first()
    {
        var id = await Db.PayoutAsync(PayoutState.Initiating, order: Card);
        var reference = await ReferenceAsync();
        await AddAsync(BankBody.Working("ps_one", Card, reference), BankBody.Finished("ps_two", Card, reference));
        var result = await ApplyAsync();
        Assert.That(await SessionIdAsync(id), Is.EqualTo("ps_one"));
        Assert.That(result.Orphans, Is.EqualTo(1), "money may have moved twice: a person must hear of it");
        Assert.That((await WebhooksAsync()).Select(w => w.Applied), Is.EqualTo(new[] { true, false }));
    }

    // The one who applies holds webhooks and wants payouts; waiting for it while holding a payout would be a deadlock.
    [Test]
    public async Task Storing_a_session_id_does_not_wait_for_webhooks_that_are_being_applied()
    {
        var id = await Db.PayoutAsync(PayoutState.Initiating, order: Card);
        await AddAsync(BankBody.Finished("ps_late", Card));
        await ApplyAsync();
        await using var connection = await Db.Worker.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("SELECT FROM payouts.webhook FOR UPDATE", transaction: transaction);
        await Store
            .WriteAsync(
                id,
                p => new Change { To = PayoutState.Started, Session = p.Session! with { BankId = "ps_late" } }
            )
            .WaitAsync(TimeSpan.FromSeconds(20));
        await transaction.RollbackAsync();
        await Db.ExecuteAsync(MakeDue);
        await ApplyAsync();
        Assert.That(await Db.StateAsync(id), Is.EqualTo("paid"), "found at its next try");
    }

    private Task<string> ReferenceAsync() => Db.ScalarAsync<string>("SELECT payouts.bank_ref('c')");

    private Task<string?> SessionIdAsync(long id) =>
        Db.ScalarAsync<string?>("SELECT session_id FROM payouts.bank_session WHERE payout_id = @id", new { id });

    private Task<IReadOnlyList<(string, int)>> AlarmsAsync() =>
        Db.ListAsync<(string, int)>("SELECT subject, times FROM payouts.alarm WHERE kind = 'webhook_orphan'");
}
