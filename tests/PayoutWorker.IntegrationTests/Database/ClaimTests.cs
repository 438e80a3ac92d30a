using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Database;

internal sealed class ClaimTests : DatabaseTest
{
    [Test]
    public async Task New_payouts_are_taken_by_priority_then_by_age()
    {
        foreach (var (key, priority) in new (string, short)[] { ("a", 0), ("b", 5), ("c", 0), ("d", -1) })
            await Db.InsertAsync(new OrderRow(key) { Priority = priority });
        await MoveDueAsync("c", "-1 hour");
        List<string> taken = [];
        for (var i = 0; i < 4; i++)
            taken.AddRange(await ClaimedKeysAsync(Rules.Claim with { Slots = 1 }));
        Assert.That(taken, Is.EqualTo(new[] { "b", "c", "a", "d" }));
    }

    [Test]
    public async Task An_order_waits_for_its_time()
    {
        await Db.InsertAsync(new OrderRow("later") { NotBefore = TimeSpan.FromHours(1) });
        Assert.That(await ClaimedKeysAsync(Rules.Claim), Is.Empty);
        await MoveDueAsync("later", "-1 second");
        Assert.That(await ClaimedKeysAsync(Rules.Claim), Is.EqualTo(new[] { "later" }));
    }

    [Test]
    public async Task The_claim_of_a_two_step_payout_commits_the_intent_of_create()
    {
        var id = await Db.InsertAsync(new OrderRow("k"));
        var claimed = (await Db.Store("w7").ClaimAsync(Rules.Claim, default)).Single();
        var key = $"{claimed.Payout.BankRef}:create:1";
        Assert.Multiple(() =>
        {
            Assert.That(claimed.CreateIntended, Is.True);
            Assert.That(claimed.Payout.State, Is.EqualTo(PayoutState.Creating));
            Assert.That(claimed.Payout.Project, Is.EqualTo("main"));
            Assert.That(claimed.Payout.IdempotencyKey(Step.Create), Is.EqualTo(key));
        });
        Assert.That(
            await Db.ListAsync<(short, string?, string)>("SELECT n, session_id, state FROM payouts.bank_session"),
            Is.EqualTo(new[] { ((short)1, (string?)null, "empty") })
        );
        Assert.That(
            await Db.ListAsync<(short, string, string, short, string)>(
                "SELECT session_n, step, idempotency_key, sends, intended_by FROM payouts.bank_call"
            ),
            Is.EqualTo(new[] { ((short)1, "create", key, (short)1, "w7") })
        );
        Assert.That(
            await Db.ListAsync<(long, string, string, string)>(
                "SELECT payout_id, who, from_state, to_state FROM payouts.event"
            ),
            Is.EqualTo(new[] { (id, "w7", "new", "creating") })
        );
    }

    [TestCase("single request")]
    [TestCase("no project")]
    [TestCase("cancel")]
    [TestCase("hold")]
    public async Task Nothing_is_intended_for_what_must_be_looked_at_first(string why)
    {
        await Db.InsertAsync(new OrderRow("k") { Flow = why == "single request" ? "single_request" : null });
        if (why is "cancel" or "hold")
            await Db.ExecuteAsync($"SELECT payouts.request_{why}('k', 'test')");
        var order = why == "no project" ? Rules.Claim with { Routes = [] } : Rules.Claim;
        var claimed = (await Db.Store().ClaimAsync(order, default)).Single();
        Assert.That(claimed.Payout.State, Is.EqualTo(PayoutState.New));
        Assert.That(claimed.CreateIntended, Is.False);
        Assert.That(await Db.ScalarAsync<long>("SELECT count(*) FROM payouts.bank_call"), Is.Zero);
        Assert.That(await Db.ScalarAsync<long>("SELECT count(*) FROM payouts.bank_session"), Is.Zero);
    }

    [Test]
    public async Task A_route_of_the_account_itself_goes_before_the_one_for_all()
    {
        await Db.InsertAsync(new OrderRow("own"));
        await Db.InsertAsync(new OrderRow("other") { SenderAccount = "40702810300200000099" });
        var own = Rules.Claim.Routes.Append(new(Method.Account, "40702810300200000013", "special"));
        var claimed = await Db.Store().ClaimAsync(Rules.Claim with { Routes = [.. own] }, default);
        Assert.That(
            claimed.Select(one => (one.Payout.Order.ErpKey, one.Payout.Project)),
            Is.EquivalentTo(new[] { ("own", "special"), ("other", "main") })
        );
    }

    [Test]
    public async Task The_project_of_a_payout_never_changes_with_the_routes()
    {
        var id = await Db.PayoutAsync(PayoutState.New);
        await Db.ExecuteAsync("UPDATE payouts.work SET project = 'first' WHERE id = @id", new { id });
        await Db.ExecuteAsync("SELECT payouts.stop('project', 'first', 'test')");
        Assert.That(await Db.Store().ClaimAsync(Rules.Claim, default), Is.Empty, "its own project is stopped");
        await Db.ExecuteAsync("SELECT payouts.resume('project', 'first', 'test')");
        Assert.That(
            await Db.Store().ClaimAsync(Rules.Claim with { PausedProjects = ["first"] }, default),
            Is.Empty,
            "its own project is paused"
        );
        var claimed = (await Db.Store().ClaimAsync(Rules.Claim, default)).Single();
        Assert.That(claimed.Payout.Project, Is.EqualTo("first"));
    }

    [Test]
    public async Task A_lease_keeps_others_away_until_it_ends()
    {
        var id = await Db.InsertAsync(new OrderRow("k"));
        var first = (await Db.Store("a").ClaimAsync(Rules.Claim, default)).Single();
        Assert.That(await Db.Store("b").ClaimAsync(Rules.Claim, default), Is.Empty);
        Assert.That(
            await Db.ScalarAsync<bool>(
                "SELECT due_at BETWEEN now() + interval '30 s' AND now() + interval '60 s' FROM payouts.work"
            ),
            Is.True
        );
        await Db.ExecuteAsync("UPDATE payouts.work SET due_at = now() WHERE id = @id", new { id });
        var second = (await Db.Store("b").ClaimAsync(Rules.Claim, default)).Single();
        Assert.Multiple(() =>
        {
            Assert.That(second.Found, Is.EqualTo(PayoutState.Creating), "the create may have been sent");
            Assert.That(second.CreateIntended, Is.False);
            Assert.That(second.Payout.Fence, Is.EqualTo(first.Payout.Fence + 1));
            Assert.That(second.Payout.Claims, Is.EqualTo(2));
        });
    }

    [TestCase(PayoutState.Creating)]
    [TestCase(PayoutState.Created)]
    [TestCase(PayoutState.Starting)]
    [TestCase(PayoutState.Initiating)]
    [TestCase(PayoutState.Started)]
    [TestCase(PayoutState.Ready)]
    [TestCase(PayoutState.Confirming)]
    [TestCase(PayoutState.Confirmed)]
    [TestCase(PayoutState.Cancelling)]
    [TestCase(PayoutState.Held)]
    public async Task What_is_open_and_due_is_found_as_it_stands(PayoutState state)
    {
        var id = await Db.PayoutAsync(state);
        var claimed = (await Db.Store().ClaimAsync(Rules.Claim, default)).Single();
        Assert.That((claimed.Payout.Id, claimed.Found, claimed.Payout.State), Is.EqualTo((id, state, state)));
        Assert.That(claimed.Payout.Fence, Is.EqualTo(1));
    }

    [Test]
    public async Task Claimers_at_the_same_time_never_get_the_same_payout()
    {
        const int rows = 600;
        await Db.ExecuteAsync(
            """
            INSERT INTO payouts.outbox (erp_key, method, amount)
            SELECT 'k' || i, 'account', 1 FROM generate_series(1, @rows) AS i
            """,
            new { rows }
        );
        var claimed = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => Task.Run(() => ClaimAllAsync($"w{n}"))));
        var ids = claimed.SelectMany(one => one).ToArray();
        Assert.That(ids, Is.Unique);
        Assert.That(ids, Has.Length.EqualTo(rows));
        Assert.That(claimed.Count(one => one.Count > 0), Is.GreaterThan(1), "more than one took part");
        Assert.That(await Db.ScalarAsync<long>("SELECT max(fence) FROM payouts.work"), Is.EqualTo(1));

        async Task<List<long>> ClaimAllAsync(string owner)
        {
            List<long> mine = [];
            var store = Db.Store(owner);
            // An empty claim may only mean that the others hold the rest; nothing comes back while leases last.
            while (await Db.ScalarAsync<long>("SELECT count(*) FROM payouts.work WHERE due_at <= now()") > 0)
                mine.AddRange(
                    (await store.ClaimAsync(Rules.Claim with { Slots = 7 }, default)).Select(c => c.Payout.Id)
                );
            return mine;
        }
    }

    private async Task<IEnumerable<string>> ClaimedKeysAsync(Store.ClaimOrder order) =>
        (await Db.Store().ClaimAsync(order, default)).Select(claimed => claimed.Payout.Order.ErpKey);

    private Task MoveDueAsync(string key, string by) =>
        Db.ExecuteAsync(
            $"""
            UPDATE payouts.work SET due_at = now() + interval '{by}'
            WHERE id = (SELECT id FROM payouts.outbox WHERE erp_key = @key)
            """,
            new { key }
        );
}
