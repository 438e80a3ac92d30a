using Dapper;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>Money limits: counted where the start or the init is intended, and held before money beyond them.</summary>
internal sealed class MoneyLimitTests : DatabaseTest
{
    private static readonly OrderRow Hundred = new("") { Amount = 100 };

    [TestCase("two_step")]
    [TestCase("single_request")]
    public async Task A_payout_above_the_limit_of_one_is_held_and_the_others_go(string flow)
    {
        var limit = await Db.SetLimitAsync("payout", 100);
        var small = await BegunAsync(Hundred with { Flow = flow });
        var large = await BegunAsync(Hundred with { Flow = flow, Amount = 101 });
        Assert.That(small.Intent, Is.EqualTo(flow == "two_step" ? Step.Start : Step.Init));
        Assert.That(
            (large.To, large.HoldKind, large.Why),
            Is.EqualTo(
                (
                    PayoutState.Held,
                    (HoldKind?)HoldKind.BeforeMoney,
                    $"money limit {limit}, of one payout: with this one 1 payouts and 1.01 RUB; at most 1.00"
                )
            )
        );
        Assert.That(
            await Db.ListAsync<string>("SELECT reason FROM payouts.status WHERE state = 'held'"),
            Is.EqualTo(new[] { large.Why })
        );
    }

    [TestCase("payee_day")]
    [TestCase("account_day")]
    [TestCase("minute")]
    public async Task What_is_counted_together_is_held_beyond_the_limit(string scope)
    {
        await Db.SetLimitAsync(scope, 250);
        var other = scope switch
        {
            "payee_day" => Hundred with { RecipientAccount = "40817810400003869536" },
            "account_day" => Hundred with { SenderAccount = "40702810300200000014" },
            _ => Hundred with { Currency = "USD" },
        };
        List<PayoutState> states = [];
        foreach (var order in new[] { Hundred, Hundred, Hundred, other })
            states.Add((await BegunAsync(order)).To);
        // At the turn of a minute the third one may count for the next.
        if (scope != "minute" || await BucketsAsync() == 1)
            Assert.That(
                states,
                Is.EqualTo(new[] { PayoutState.Starting, PayoutState.Starting, PayoutState.Held, PayoutState.Starting })
            );
    }

    [Test]
    public async Task Cards_of_a_project_count_together_whatever_sender_account_they_name()
    {
        await Db.SetLimitAsync("account_day", 250);
        List<PayoutState> states = [];
        foreach (var named in new[] { null, "any text", "40702810300200000014" })
            states.Add((await BegunAsync(Card(named))).To);
        Assert.That(states, Is.EqualTo(new[] { PayoutState.Initiating, PayoutState.Initiating, PayoutState.Held }));
        Assert.That(
            await Db.ListAsync<string>("SELECT concat_ws('|', subject, payouts) FROM payouts.limit_usage"),
            Is.EqualTo(new[] { "cards main RUB|2" })
        );
    }

    [Test]
    public async Task A_limit_of_a_sender_account_counts_no_card_that_names_it()
    {
        await Db.SayAsync(
            "olga",
            "SELECT payouts.set_money_limit('payout', NULL, '40702810300200000013', NULL, 0, NULL, 'why')"
        );
        Assert.That((await BegunAsync(Card("40702810300200000013"))).To, Is.EqualTo(PayoutState.Initiating));
        Assert.That((await BegunAsync(Hundred)).To, Is.EqualTo(PayoutState.Held));
    }

    [Test]
    public async Task The_day_before_counts_for_nothing_today()
    {
        await Db.SetLimitAsync("account_day", 100);
        await BegunAsync(Hundred);
        Assert.That(
            await Db.ScalarAsync<bool>(
                "SELECT bucket = (now() AT TIME ZONE 'Europe/Moscow')::date::text FROM payouts.limit_usage"
            )
        );
        await Db.ExecuteAsync("UPDATE payouts.limit_usage SET bucket = '2020-01-01'");
        Assert.That((await BegunAsync(Hundred)).To, Is.EqualTo(PayoutState.Starting));
    }

    [Test]
    public async Task Payouts_are_counted_too()
    {
        await Db.SetLimitAsync("payee_day", null, 2);
        for (var i = 0; i < 2; i++)
            Assert.That((await BegunAsync(Hundred)).To, Is.EqualTo(PayoutState.Starting));
        Assert.That((await BegunAsync(Hundred)).Why, Does.EndWith("; at most 2 payouts"));
    }

    [Test]
    public async Task A_set_of_writes_is_counted_one_by_one_and_raises_one_alarm()
    {
        var limit = await Db.SetLimitAsync("account_day", 350);
        var ids = await Task.WhenAll(Enumerable.Range(0, 9).Select(_ => CreatedAsync(Hundred)));
        var tasks = await OneSet.WriteAsync(
            Db,
            Db.Store(),
            [.. ids.Select(id => (id, (Func<Payout, Change?>)Rules.Next))]
        );
        var written = await Task.WhenAll(tasks);
        Assert.That(written.Count(one => one.After!.State == PayoutState.Starting), Is.EqualTo(3));
        Assert.That(written.Count(one => one.After!.State == PayoutState.Held), Is.EqualTo(6));
        Assert.That(
            await Db.ScalarAsync<long>("SELECT count(*) FROM payouts.bank_call WHERE step = 'start'"),
            Is.EqualTo(3)
        );
        Assert.That((await BegunAsync(Hundred)).To, Is.EqualTo(PayoutState.Held));
        Assert.That(
            await Db.ListAsync<string>("SELECT concat_ws('|', kind, subject, times) FROM payouts.alarm"),
            Is.EqualTo(
                new[]
                {
                    await Db.ScalarAsync<string>(
                        "SELECT format('money_limit|limit %s on %s|2', @limit, (now() AT TIME ZONE 'Europe/Moscow')::date)",
                        new { limit }
                    ),
                }
            )
        );
    }

    [Test]
    public async Task Two_workers_at_one_limit_do_not_both_slip_under_it()
    {
        await Db.SetLimitAsync("account_day", 100);
        await Db.SetLimitAsync("payee_day", 100);
        var ids = new[] { await CreatedAsync(Hundred), await CreatedAsync(Hundred) };
        // Both have decided to start, and count while somebody else holds what is counted.
        await Db.ExecuteAsync(
            "INSERT INTO payouts.limit_usage SELECT a.limit_id, a.bucket, a.subject FROM payouts.limits_of(@ids) AS a ON CONFLICT DO NOTHING",
            new { ids }
        );
        await using var connection = await Db.Admin.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("SELECT FROM payouts.limit_usage FOR UPDATE", transaction: transaction);
        var writes = ids.Select((id, i) => Db.Store($"w{i}").WriteAsync(id, Rules.Next)).ToArray();
        await Lab.Processes.Poll.UntilAsync(
            "both to wait",
            _ =>
                Db.ScalarAsync<bool>(
                    "SELECT count(*) = 2 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
                ),
            TimeSpan.FromSeconds(20),
            CancellationToken.None
        );
        await transaction.CommitAsync();
        var written = await Task.WhenAll(writes);
        Assert.That(
            written.Select(one => one.After!.State),
            Is.EquivalentTo(new[] { PayoutState.Starting, PayoutState.Held })
        );
        Assert.That(
            await Db.ListAsync<decimal>("SELECT amount FROM payouts.limit_usage"),
            Is.EqualTo(new[] { 100m, 100m })
        );
    }

    [Test]
    public async Task A_payout_counts_once_however_often_it_is_begun()
    {
        await Db.SetLimitAsync("account_day", 100);
        var id = await CreatedAsync(Hundred);
        var store = Db.Store();
        for (var i = 0; i < 2; i++)
        {
            Assert.That((await store.WriteAsync(id, Rules.Next)).Change!.Intent, Is.EqualTo(Step.Start));
            await store.WriteAsync(id, _ => new Change { To = PayoutState.Created });
        }
        await Db.ExecuteAsync("UPDATE payouts.work SET cancel = true");
        await store.WriteAsync(id, p => new Change { To = PayoutState.Cancelled, Result = new Result() });
        Assert.That((await BegunAsync(Hundred)).To, Is.EqualTo(PayoutState.Held), "what ended unpaid stays counted");
    }

    [Test]
    public async Task A_release_by_another_person_than_its_maker_passes_the_limit_once()
    {
        await Db.SetLimitAsync("account_day", 100);
        await BegunAsync(Hundred);
        var id = await CreatedAsync(Hundred with { ErpKey = "k" });
        await Db.TamperAsync("k", "ordered_by = 'pavel'");
        var store = Db.Store();
        await store.WriteAsync(id, Rules.Next);
        Assert.That(Refusal(() => Db.ReleaseAsync("Pavel", "k")).SqlState, Is.EqualTo("PW053"));
        Assert.That(
            Refusal(() => Db.SayAsync("olga", "SELECT payouts.request_release('k', ' ')")).SqlState,
            Is.EqualTo("PW054")
        );
        await using var erp = await Db.Erp.OpenConnectionAsync();
        Assert.That(
            Refusal(() => erp.ExecuteAsync("SELECT payouts.request_release('k', 'why')")).SqlState,
            Is.EqualTo("PW053")
        );
        await Db.ReleaseAsync("olga", "k");
        Assert.That((await store.WriteAsync(id, Rules.Next)).Change!.Intent, Is.EqualTo(Step.Start));
        Assert.That(
            await Db.ListAsync<string>("SELECT released_by || ': ' || release_reason FROM payouts.limit_hold"),
            Is.EqualTo(new[] { "olga: agreed" })
        );
        Assert.That((await BegunAsync(Hundred)).To, Is.EqualTo(PayoutState.Held), "it let one pass, and not the next");
        Assert.That(await Db.ScalarAsync<decimal>("SELECT amount FROM payouts.limit_usage"), Is.EqualTo(200m));
    }

    [Test]
    public async Task A_release_passes_the_limit_that_it_was_for_and_no_other()
    {
        await Db.SetLimitAsync("payout", 99);
        var id = await CreatedAsync(Hundred with { ErpKey = "k" });
        var store = Db.Store();
        await store.WriteAsync(id, Rules.Next);
        await Db.SetLimitAsync("minute", 99);
        await Db.ReleaseAsync("olga", "k");
        var written = await store.WriteAsync(id, Rules.Next);
        Assert.That(written.Change!.Why, Does.Contain("of one minute"));
    }

    [Test]
    public async Task The_answer_of_create_is_kept_when_a_limit_keeps_the_start_back()
    {
        await Db.SetLimitAsync("payout", 99);
        var id = await Db.PayoutAsync(PayoutState.Creating, order: Hundred with { ErpKey = "k" });
        var written = await Db.Store()
            .WriteAsync(
                id,
                p =>
                    p.OverLimit is null
                        ? new Change
                        {
                            To = PayoutState.Starting,
                            Intent = Step.Start,
                            Session = p.Session! with { BankId = "ps_1", Use = SessionUse.Armed },
                        }
                        : new Change { To = PayoutState.Created, Session = p.Session! with { BankId = "ps_1" } }
            );
        Assert.That(written.After!.State, Is.EqualTo(PayoutState.Created));
        Assert.That(
            await Db.ScalarAsync<string>("SELECT session_id || ' ' || state FROM payouts.bank_session"),
            Is.EqualTo("ps_1 empty")
        );
    }

    [Test]
    public async Task A_decision_that_will_not_hear_of_the_limit_writes_nothing()
    {
        await Db.SetLimitAsync("payout", 99);
        var id = await CreatedAsync(Hundred);
        var stubborn = Db.Store().WriteAsync(id, p => Rules.Next(p with { OverLimit = null }));
        Assert.ThrowsAsync<InvalidOperationException>(() => stubborn);
        Assert.That(await Db.StateAsync(id), Is.EqualTo("created"));
    }

    [Test]
    public async Task A_limit_of_others_holds_nothing_here_and_one_that_two_people_ended_holds_nothing()
    {
        await Db.SayAsync("olga", "SELECT payouts.set_money_limit('payout', 'card', NULL, NULL, 0, NULL, 'why')");
        await Db.SayAsync(
            "olga",
            "SELECT payouts.set_money_limit('payout', '', '4070 2810 3002 0000 0014', '', 0, NULL, 'why')"
        );
        await Db.SayAsync("olga", "SELECT payouts.set_money_limit('payout', NULL, NULL, 'usd', 0, NULL, 'why')");
        Assert.That((await BegunAsync(Hundred)).To, Is.EqualTo(PayoutState.Starting));
        var limit = await Db.SetLimitAsync("payout", 0);
        const string end = "SELECT payouts.end_money_limit(@limit, 'too low')";
        Assert.That(await Db.SayAsync("olga", end, new { limit }), Does.StartWith("proposed"));
        Assert.That(await Db.SayAsync("OLGA", end, new { limit }), Does.StartWith("proposed"));
        Assert.That((await BegunAsync(Hundred)).To, Is.EqualTo(PayoutState.Held));
        Assert.That(await Db.SayAsync("semyon", end, new { limit }), Is.EqualTo("ended"));
        Assert.That((await BegunAsync(Hundred)).To, Is.EqualTo(PayoutState.Starting));
    }

    [Test]
    public void A_limit_that_means_nothing_is_refused()
    {
        (string Limit, string Constraint)[] limits =
        [
            ("'payout', NULL, NULL, NULL, NULL, NULL", "limit_has_an_amount_or_a_count"),
            ("'payout', NULL, NULL, NULL, 5, 5", "limit_of_one_payout_is_an_amount"),
            ("'week', NULL, NULL, NULL, 5, 5", "limit_has_a_known_scope"),
            ("'minute', 'cash', NULL, NULL, 5, 5", "limit_has_a_known_method"),
            ("'minute', NULL, '123', NULL, 5, 5", "limit_has_an_account_of_20_digits"),
            ("'minute', 'card', '40702810300200000013', NULL, 5, 5", "limit_of_cards_has_no_sender_account"),
            ("'minute', NULL, NULL, NULL, -1, 5", "limit_is_not_below_zero"),
        ];
        foreach (var (limit, constraint) in limits)
        {
            var refusal = Refusal(() => Db.SayAsync("olga", $"SELECT payouts.set_money_limit({limit}, 'why')"));
            Assert.That(refusal.ConstraintName, Is.EqualTo(constraint));
        }
    }

    [Test]
    public async Task Without_a_limit_nothing_is_counted()
    {
        await BegunAsync(Hundred);
        Assert.That(
            await Db.ScalarAsync<long>(
                "SELECT (SELECT count(*) FROM payouts.limit_usage) + (SELECT count(*) FROM payouts.limit_counted)"
            ),
            Is.Zero
        );
    }

    private static OrderRow Card(string? sender) =>
        OrderRow.Card("") with
        {
            Flow = "single_request",
            Amount = 100,
            SenderAccount = sender,
        };

    private Task<long> BucketsAsync() => Db.ScalarAsync<long>("SELECT count(DISTINCT bucket) FROM payouts.limit_usage");

    private Task<long> CreatedAsync(OrderRow order) =>
        Db.PayoutAsync(
            order.Flow == "single_request" ? PayoutState.New : PayoutState.Created,
            order: order.ErpKey.Length > 0 ? order : order with { ErpKey = $"P-{Guid.NewGuid():N}" }
        );

    // The order's first call that can lead to money, or what is written instead.
    private async Task<Change> BegunAsync(OrderRow order) =>
        (await Db.Store().WriteAsync(await CreatedAsync(order), Rules.Next)).Change!;
}
