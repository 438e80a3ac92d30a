using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Store;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>Looks that begin where the last one ended: they may see less, and nothing is lost by it.</summary>
internal sealed class ShortLookTests : DatabaseTest
{
    private readonly LongMoments _time = new();
    private PostgresStore _store = null!;

    [SetUp]
    public void OpenStore() => _store = new PostgresStore(Db.Worker, "w1", TimeSpan.FromDays(1), time: _time);

    [Test]
    public async Task A_backlog_is_taken_in_its_order()
    {
        string[] keys = [.. Enumerable.Range(0, 30).Select(n => $"k{n}")];
        foreach (var key in keys)
            await Db.InsertAsync(new OrderRow(key));
        List<string> taken = [];
        for (var i = 0; i < 6; i++)
        {
            var claimed = await ClaimAsync(5);
            Assert.That(claimed, Is.EquivalentTo(keys.Skip(taken.Count).Take(5)));
            taken.AddRange(claimed);
        }
        Assert.That(await ClaimAsync(5), Is.Empty);
    }

    [Test]
    public async Task What_is_urgent_comes_first_all_the_same()
    {
        for (var n = 0; n < 8; n++)
            await Db.InsertAsync(new OrderRow($"k{n}"));
        await ClaimAsync(3);
        await Db.InsertAsync(new OrderRow("urgent") { Priority = 5 });
        Assert.That(await ClaimAsync(1), Is.EqualTo(new[] { "urgent" }));
        // The place in the order is still the one before it.
        Assert.That(await ClaimAsync(1), Is.EqualTo(new[] { "k3" }));
    }

    [Test]
    public async Task What_was_committed_late_is_taken_when_there_is_no_more_after_it()
    {
        for (var n = 0; n < 6; n++)
            await Db.InsertAsync(new OrderRow($"k{n}"));
        await ClaimAsync(3);
        await InsertLateAsync();
        Assert.That(await ClaimAsync(2), Is.EquivalentTo(new[] { "k3", "k4" }));
        Assert.That(await ClaimAsync(2), Is.EqualTo(new[] { "k5" }));
        Assert.That(await ClaimAsync(2), Is.EqualTo(new[] { "late" }));
    }

    [Test]
    public async Task What_was_committed_late_is_taken_by_the_next_look_all_the_way()
    {
        for (var n = 0; n < 6; n++)
            await Db.InsertAsync(new OrderRow($"k{n}"));
        await ClaimAsync(3);
        await InsertLateAsync();
        _time.Pass(TimeSpan.FromSeconds(5));
        Assert.That(await ClaimAsync(1), Is.EqualTo(new[] { "late" }));
    }

    [Test]
    public async Task A_project_that_was_full_in_the_last_look_all_the_way_is_passed_over()
    {
        await Db.InsertAsync(new OrderRow("k0"));
        await ClaimAsync(1);
        for (var n = 1; n < 4; n++)
            await Db.InsertAsync(OrderRow.Card($"card{n}"));
        await Db.InsertAsync(new OrderRow("k1"));
        _time.Pass(TimeSpan.FromSeconds(5));
        var order = Rules.Claim with { InProgressMax = 1 };
        Assert.That(await ClaimAsync(2, order), Is.EquivalentTo(new[] { "card1", "card2" }));
        Assert.That(await ClaimAsync(2, order), Is.EquivalentTo(new[] { "card3" }));
        Assert.That(await ClaimAsync(2, order), Is.Empty);
    }

    [Test]
    public async Task What_is_under_way_is_taken_share_by_share_beside_a_backlog()
    {
        for (var n = 0; n < 3; n++)
        {
            await Db.InsertAsync(new OrderRow($"old{n}"));
            await ClaimAsync(1);
        }
        await Db.ExecuteAsync("UPDATE payouts.work SET due_at = now() - interval '1 hour'");
        for (var n = 0; n < 30; n++)
            await Db.InsertAsync(new OrderRow($"k{n}"));
        _time.Pass(TimeSpan.FromSeconds(5));
        // One of the old ones each, however many new there are.
        for (var n = 0; n < 3; n++)
            Assert.That(await ClaimAsync(5), Has.Length.EqualTo(5).And.One.StartsWith("old"));
    }

    [Test]
    public async Task Webhooks_that_waited_are_taken_set_by_set()
    {
        for (var n = 0; n < 6; n++)
            await _store.AddWebhookAsync(BankBody.Raw(BankBody.Working($"ps_{n}", new OrderRow($"K-{n}"))));
        await Db.ExecuteAsync("UPDATE payouts.webhook SET due_at = now() - interval '1 hour'");
        for (var n = 0; n < 3; n++)
            Assert.That((await _store.ApplyInboxAsync(Rules.Inbox with { Limit = 2 }, default)).Taken, Is.EqualTo(2));
    }

    [Test]
    public async Task A_webhook_that_was_committed_late_is_taken_by_the_next_look_all_the_way()
    {
        Assert.That(await ApplyAsync(), Is.Zero);
        await _store.AddWebhookAsync(BankBody.Raw(BankBody.Working("ps_1", new OrderRow("K-1"))));
        await _store.AddWebhookAsync(BankBody.Raw(BankBody.Working("ps_2", new OrderRow("K-2"))));
        await Db.ExecuteAsync(
            "UPDATE payouts.webhook SET due_at = now() - interval '1 hour' WHERE id = (SELECT min(id) FROM payouts.webhook)"
        );
        Assert.That(await ApplyAsync(), Is.EqualTo(1), "the other one");
        _time.Pass(TimeSpan.FromSeconds(5));
        Assert.That(await ApplyAsync(), Is.EqualTo(1));

        async Task<int> ApplyAsync() => (await _store.ApplyInboxAsync(Rules.Inbox, default)).Taken;
    }

    private async Task InsertLateAsync()
    {
        var id = await Db.InsertAsync(new OrderRow("late"));
        await Db.ExecuteAsync("UPDATE payouts.work SET due_at = now() - interval '1 hour' WHERE id = @id", new { id });
    }

    private async Task<string[]> ClaimAsync(int slots, ClaimOrder? order = null)
    {
        var claimed = await _store.ClaimAsync((order ?? Rules.Claim) with { Slots = slots }, default);
        return [.. claimed.Select(one => one.Payout.Order.ErpKey)];
    }
}
