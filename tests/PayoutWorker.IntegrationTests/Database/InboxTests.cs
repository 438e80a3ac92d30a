using System.Text;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Database;

internal sealed class InboxTests : InboxTest
{
    private static readonly OrderRow Order = new("k");

    [Test]
    public async Task A_body_that_comes_again_is_one_webhook()
    {
        const int rounds = 20;
        const int bodies = 100;
        var other = Db.Store("w2");
        for (var round = 0; round < rounds; round++)
        {
            // Delivered to two workers at once, in any order, in sets that form by themselves.
            var raw = Enumerable
                .Range(round * bodies, bodies)
                .Select(n => BankBody.Raw(BankBody.Finished("ps_1", Order, attempt: n)))
                .ToArray();
            await Task.WhenAll(raw.Select(Store.AddWebhookAsync).Concat(raw.Reverse().Select(other.AddWebhookAsync)));
        }
        Assert.That(await Db.ScalarAsync<long>("SELECT count(*) FROM payouts.webhook"), Is.EqualTo(rounds * bodies));
    }

    [Test]
    public async Task A_webhook_is_kept_byte_for_byte()
    {
        var body = BankBody.ReadyToConfirm("ps_1", Order);
        await AddAsync(body);
        Assert.That(await Db.ScalarAsync<byte[]>("SELECT body FROM payouts.webhook"), Is.EqualTo(body));
    }

    [Test]
    public async Task Storing_a_webhook_wakes_the_workers()
    {
        await using var listener = await Db.Worker.OpenConnectionAsync();
        List<string> heard = [];
        listener.Notification += (_, e) => heard.Add(e.Channel);
        await using (var listen = listener.CreateCommand())
        {
            listen.CommandText = "LISTEN payouts_inbox";
            await listen.ExecuteNonQueryAsync();
        }
        await AddAsync(BankBody.Finished("ps_1", Order));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await listener.WaitAsync(deadline.Token);
        Assert.That(heard, Is.EqualTo(new[] { "payouts_inbox" }));
    }

    [Test]
    public async Task Two_webhooks_of_one_payout_in_one_set_build_on_each_other()
    {
        var id = await Db.PayoutAsync(PayoutState.Started, order: Order);
        await AddAsync(
            BankBody.ReadyToConfirm(Forge.SessionId(id), Order),
            BankBody.Finished(Forge.SessionId(id), Order)
        );
        var result = await ApplyAsync();
        Assert.That((result.Taken, result.Orphans, result.Moved.Count), Is.EqualTo((2, 0, 2)));
        Assert.That(await MovesAsync(id), Is.EqualTo("started ready, ready paid"));
        Assert.That(
            (await WebhooksAsync()).Select(w => w.Outcome),
            Is.EqualTo(new[] { "started to ready", "ready to paid" })
        );
        Assert.That(await Db.StateAsync(id), Is.EqualTo("paid"));
        Assert.That(
            await Db.ScalarAsync<string>("SELECT confirm_information FROM payouts.bank_session"),
            Does.Contain(Order.RecipientAccount)
        );
    }

    [Test]
    public async Task A_final_word_that_overtook_another_stays_final()
    {
        var id = await Db.PayoutAsync(PayoutState.Started, order: Order);
        await AddAsync(
            BankBody.Finished(Forge.SessionId(id), Order),
            BankBody.ReadyToConfirm(Forge.SessionId(id), Order)
        );
        await ApplyAsync();
        Assert.That(await MovesAsync(id), Is.EqualTo("started paid"));
        Assert.That((await WebhooksAsync())[1].Outcome, Is.EqualTo("nothing new"));
        Assert.That(await Db.StateAsync(id), Is.EqualTo("paid"));
    }

    [Test]
    public async Task What_cannot_be_read_or_means_nothing_is_kept_and_marked()
    {
        var id = await Db.PayoutAsync(PayoutState.Started, order: Order);
        var session = Forge.SessionId(id);
        await AddAsync("not json"u8.ToArray(), """{"type": "ping"}"""u8.ToArray());
        await AddAsync(Encoding.UTF8.GetBytes($$"""{"type": "balloon", "session": {"id": "{{session}}" } }"""));
        await ApplyAsync();
        Assert.That(
            await WebhooksAsync(),
            Is.EqualTo(
                new WebhookLine[]
                {
                    new(null, null, "unreadable", true, false),
                    new("ping", null, "names no session", true, false),
                    new("balloon", session, "nothing new", true, false),
                }
            )
        );
        Assert.That(await Db.StateAsync(id), Is.EqualTo("started"));
    }

    [Test]
    public async Task Workers_at_the_same_time_apply_each_webhook_once()
    {
        const int payouts = 60;
        for (var i = 0; i < payouts; i++)
        {
            var order = new OrderRow($"k{i}");
            var session = Forge.SessionId(await Db.PayoutAsync(PayoutState.Starting, order: order));
            await Task.WhenAll(
                Store.AddWebhookAsync(BankBody.Raw(BankBody.Working(session, order))),
                Store.AddWebhookAsync(BankBody.Raw(BankBody.ReadyToConfirm(session, order))),
                Store.AddWebhookAsync(BankBody.Raw(BankBody.Finished(session, order)))
            );
        }
        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => Task.Run(() => ApplyAllAsync($"w{n}"))));
        Assert.That(taken.Sum(), Is.EqualTo(payouts * 3));
        Assert.That(
            await Db.ListAsync<long>("SELECT count(*) FROM payouts.event WHERE to_state = 'paid' GROUP BY payout_id"),
            Has.Count.EqualTo(payouts).And.All.EqualTo(1)
        );

        async Task<int> ApplyAllAsync(string owner)
        {
            var sum = 0;
            var store = Db.Store(owner);
            // An empty set may only mean that the others hold the rest.
            while (await Db.ScalarAsync<long>("SELECT count(*) FROM payouts.webhook WHERE applied_at IS NULL") > 0)
                sum += (await store.ApplyInboxAsync(Rules.Inbox with { Limit = 7 }, default)).Taken;
            return sum;
        }
    }
}
