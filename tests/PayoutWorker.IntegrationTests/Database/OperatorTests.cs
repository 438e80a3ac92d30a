using Dapper;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>What operators may ask for from the pages, and in whose name.</summary>
internal sealed class OperatorTests : DatabaseTest
{
    private const string NobodyNamed = "PW017";
    private const string NothingToAsk = "PW018";
    private const string NotAnew = "PW019";
    private const string TooMany = "PW020";

    [Test]
    public async Task The_person_whom_the_pages_name_stands_in_the_history()
    {
        var id = await Db.PayoutAsync(PayoutState.Started);
        await ActAsync("olga", "SELECT payouts.request_hold(@key, 'why')", id);
        Assert.That(await WhoAsync(id), Is.EqualTo("olga"));
    }

    [Test]
    public async Task The_pages_cannot_act_in_nobodys_name()
    {
        var id = await Db.PayoutAsync(PayoutState.Started);
        var refusal = Refusal(() => ActAsync(" ", "SELECT payouts.request_hold(@key, 'why')", id));
        Assert.That(refusal.SqlState, Is.EqualTo(NobodyNamed));
    }

    [Test]
    public async Task No_other_role_passes_for_a_person()
    {
        var id = await Db.PayoutAsync(PayoutState.Started);
        await using var erp = await Db.Erp.OpenConnectionAsync();
        await erp.ExecuteAsync("SELECT set_config('payouts.actor', 'olga', false)");
        await erp.ExecuteAsync(
            "SELECT payouts.request_hold(erp_key, 'why') FROM payouts.status WHERE payout_id = @id",
            new { id }
        );
        Assert.That(await WhoAsync(id), Is.EqualTo("payouts_erp"));
    }

    [Test]
    public async Task A_name_does_not_outlive_its_transaction()
    {
        var id = await Db.PayoutAsync(PayoutState.Started);
        await using var ops = await Db.Ops.OpenConnectionAsync();
        await using (var transaction = await ops.BeginTransactionAsync())
        {
            await ops.ExecuteAsync("SELECT set_config('payouts.actor', 'olga', true)", transaction: transaction);
            await transaction.CommitAsync();
        }
        var key = await KeyAsync(id);
        var refusal = Refusal(() => ops.ExecuteAsync("SELECT payouts.request_hold(@key, 'why')", new { key }));
        Assert.That(refusal.SqlState, Is.EqualTo(NobodyNamed));
    }

    [Test]
    public async Task Two_people_of_the_pages_resolve_and_one_does_not()
    {
        var id = await Db.PayoutAsync(PayoutState.Held, PayoutState.Initiating);
        const string Resolve = "SELECT payouts.resolve(@key, 'failed', 'letter of the bank')";
        await ActAsync("olga", Resolve, id);
        await ActAsync("olga", Resolve, id);
        Assert.That(await Db.StateAsync(id), Is.EqualTo("held"));
        await ActAsync("semyon", Resolve, id);
        Assert.That(await Db.StateAsync(id), Is.EqualTo("failed"));
    }

    [Test]
    public async Task A_question_brings_the_next_look_forward_and_leaves_a_lease_alone()
    {
        var id = await Db.PayoutAsync(PayoutState.Started);
        await Db.ExecuteAsync("UPDATE payouts.work SET due_at = now() + interval '1 hour' WHERE id = @id", new { id });
        Assert.That(await ActAsync("olga", "SELECT payouts.request_ask(@key, 'why')", id), Is.EqualTo("asked"));
        Assert.That(await IsDueAsync(id), Is.True);

        await Db.ExecuteAsync(
            "UPDATE payouts.work SET due_at = now() + interval '1 minute', claims = 1 WHERE id = @id",
            new { id }
        );
        Assert.That(
            await ActAsync("olga", "SELECT payouts.request_ask(@key, 'why')", id),
            Is.EqualTo("a worker has it in hand")
        );
        Assert.That(await IsDueAsync(id), Is.False);
    }

    [Test]
    public async Task Nothing_is_asked_about_what_has_no_session()
    {
        var id = await Db.PayoutAsync(PayoutState.New);
        var refusal = Refusal(() => ActAsync("olga", "SELECT payouts.request_ask(@key, 'why')", id));
        Assert.That(refusal.SqlState, Is.EqualTo(NothingToAsk));
    }

    [Test]
    public async Task An_order_anew_is_the_same_order_under_another_key_and_once()
    {
        var id = await Db.PayoutAsync(PayoutState.Failed);
        var fresh = await ActAsync("olga", "SELECT payouts.reissue(@key, 'why')::text", id);
        const string Ordered = """
            SELECT (method, amount, recipient_account, recipient_bik, purpose, sender_account)::text
            FROM payouts.outbox WHERE id = @id
            """;
        Assert.That(
            await Db.ScalarAsync<string>(Ordered, new { id = long.Parse(fresh) }),
            Is.EqualTo(await Db.ScalarAsync<string>(Ordered, new { id }))
        );
        Assert.That(
            await Db.ScalarAsync<string>(
                "SELECT (reissue_of, created_by)::text FROM payouts.outbox WHERE id = @fresh::bigint",
                new { fresh }
            ),
            Is.EqualTo($"({id},olga)")
        );
        Assert.That(await Db.StateAsync(long.Parse(fresh)), Is.EqualTo("new"));
        var again = Refusal(() => ActAsync("olga", "SELECT payouts.reissue(@key, 'why')", id));
        Assert.That(again.SqlState, Is.EqualTo(NotAnew));
        Assert.That(
            await Db.ScalarAsync<bool>("SELECT may_pay_again FROM payouts.status WHERE payout_id = @id", new { id }),
            Is.False,
            "the ERP would order it a second time"
        );
        Assert.That(
            await Db.ScalarAsync<string>(
                "SELECT payouts.explain(erp_key) FROM payouts.outbox WHERE id = @id",
                new { id }
            ),
            Does.Contain("ordered anew as").And.EndsWith("-R1.")
        );
        var link = Refusal(() =>
            Db.ExecuteAsync("UPDATE payouts.outbox SET reissue_of = NULL WHERE reissue_of = @id", new { id })
        );
        Assert.That(link.SqlState, Is.EqualTo("PW001"));
    }

    [Test]
    public async Task An_armed_session_keeps_an_order_from_being_ordered_anew()
    {
        var id = await Db.PayoutAsync(PayoutState.Failed);
        await Db.ExecuteAsync("UPDATE payouts.bank_session SET state = 'armed' WHERE payout_id = @id", new { id });
        var refusal = Refusal(() => ActAsync("olga", "SELECT payouts.reissue(@key, 'why')", id));
        Assert.That(refusal.SqlState, Is.EqualTo(NotAnew));
    }

    [Test]
    public async Task What_the_ERP_has_ordered_anew_is_not_ordered_anew_here()
    {
        var order = new OrderRow("K-1");
        var id = await Db.PayoutAsync(PayoutState.Failed, order: order);
        await Db.InsertAsync(order with { ErpKey = "K-2" });
        var refusal = Refusal(() => ActAsync("olga", "SELECT payouts.reissue(@key, 'why')", id));
        Assert.That((refusal.SqlState, refusal.MessageText.Contains("K-2")), Is.EqualTo((NotAnew, true)));
    }

    [Test]
    public async Task What_was_cancelled_is_for_the_ERP_to_order_anew()
    {
        var id = await Db.PayoutAsync(PayoutState.Cancelled);
        var refusal = Refusal(() => ActAsync("olga", "SELECT payouts.reissue(@key, 'why')", id));
        Assert.That(refusal.SqlState, Is.EqualTo(NotAnew));
    }

    [Test]
    public async Task What_somebody_has_taken_back_is_no_second_word()
    {
        var id = await Db.PayoutAsync(PayoutState.Held, PayoutState.Started);
        await ActAsync("olga", "SELECT payouts.resolve(@key, 'failed', 'seen')", id);
        await ActAsync("olga", "SELECT payouts.resolve(@key, 'paid', 'seen better')", id);
        Assert.That(
            await ActAsync("semyon", "SELECT payouts.resolve(@key, 'failed', 'I think so too')", id),
            Does.StartWith("proposed")
        );
        Assert.That(
            await ActAsync("Olga", "SELECT payouts.resolve(@key, 'paid', 'me again')", id),
            Does.StartWith("proposed"),
            "the same person, spelled otherwise"
        );
        var empty = Refusal(() => ActAsync("semyon", "SELECT payouts.resolve(@key, 'paid', ' ')", id));
        Assert.That(empty.SqlState, Is.EqualTo("PW021"));
    }

    [TestCase("account", "4070281030020000001")]
    [TestCase("account", "card")]
    [TestCase("method", "Card")]
    public async Task A_stop_that_would_stop_nothing_is_refused(string what, string which)
    {
        var id = await Db.PayoutAsync(PayoutState.New);
        var refusal = Refusal(() => ActAsync("olga", $"SELECT payouts.stop('{what}', '{which}', 'why')::text", id));
        Assert.That(refusal.SqlState, Is.EqualTo("PW021"));
    }

    [Test]
    public async Task An_account_is_stopped_as_it_is_copied_from_a_page()
    {
        var id = await Db.PayoutAsync(PayoutState.New);
        await ActAsync("olga", "SELECT payouts.stop('account', '40702 810 3 0020 0000013', 'why')::text", id);
        Assert.That(
            await Db.ScalarAsync<string>("SELECT value FROM payouts.switch"),
            Is.EqualTo("40702810300200000013")
        );
    }

    [Test]
    public async Task The_ERP_does_not_release_what_an_operator_holds()
    {
        var id = await Db.PayoutAsync(PayoutState.Created);
        await ActAsync("olga", "SELECT payouts.request_hold(@key, 'looks wrong')", id);
        const string release =
            "SELECT payouts.request_release(erp_key, 'go on') FROM payouts.status WHERE payout_id = @id";
        await using var erp = await Db.Erp.OpenConnectionAsync();
        Refusal(() => erp.ExecuteScalarAsync<string>(release, new { id }));
        await Db.Store().WriteAsync(id, p => new Change { To = PayoutState.Held, HoldKind = HoldKind.BeforeMoney });
        Assert.That(Refusal(() => erp.ExecuteScalarAsync<string>(release, new { id })).SqlState, Is.EqualTo("PW015"));
        await ActAsync("semyon", "SELECT payouts.request_release(@key, 'is right')", id);
    }

    [Test]
    public async Task A_card_is_not_ordered_anew_since_its_number_is_gone()
    {
        var id = await Db.PayoutAsync(PayoutState.Failed, order: OrderRow.Card("card"));
        var refusal = Refusal(() => ActAsync("olga", "SELECT payouts.reissue(@key, 'why')", id));
        Assert.That(refusal.SqlState, Is.EqualTo(NotAnew));
    }

    [Test]
    public async Task A_list_does_what_it_can_and_counts_the_rest()
    {
        long[] ids =
        [
            await Db.PayoutAsync(PayoutState.Started),
            await Db.PayoutAsync(PayoutState.Confirming),
            await Db.PayoutAsync(PayoutState.Paid),
        ];
        var done = await ActAsync(
            "olga",
            "SELECT r::text FROM payouts.request_each('hold', @ids, 'why') AS r",
            new { ids }
        );
        Assert.That(done, Is.EqualTo("(1,2)"));
        Assert.That(await WhoAsync(ids[0]), Is.EqualTo("olga"));
    }

    [TestCase("pay", 1)]
    [TestCase("hold", 1001)]
    public void A_list_is_bounded_and_its_action_known(string action, int count)
    {
        var ids = Enumerable.Range(1, count).Select(i => (long)i).ToArray();
        var refusal = Refusal(() =>
            ActAsync("olga", "SELECT payouts.request_each(@action, @ids, 'why')::text", new { action, ids })
        );
        Assert.That(refusal.SqlState, Is.EqualTo(TooMany));
    }

    [Test]
    public async Task An_alarm_is_acknowledged_once_by_the_person()
    {
        await Db.ExecuteAsync("INSERT INTO payouts.alarm (kind, subject, text) VALUES ('payout_held', 's', 't')");
        const string Acknowledge = "SELECT payouts.acknowledge(1, 'seen')::text";
        Assert.That(await ActAsync("olga", Acknowledge, new { }), Is.EqualTo("true"));
        Assert.That(await ActAsync("semyon", Acknowledge, new { }), Is.EqualTo("false"));
        Assert.That(
            await Db.ScalarAsync<string>("SELECT acknowledged_by || ': ' || acknowledge_reason FROM payouts.alarm"),
            Is.EqualTo("olga: seen")
        );
    }

    [Test]
    public async Task A_webhook_is_shown_as_it_came_and_the_look_is_noted()
    {
        var id = await Db.PayoutAsync(PayoutState.Paid);
        await Db.ExecuteAsync(
            """
            INSERT INTO payouts.webhook (sha256, body, signature, key_id, payout_id)
            VALUES ('a', convert_to('{"a":"ж"}', 'UTF8'), 's', 'k', @id)
            """,
            new { id }
        );
        const string Read = "SELECT convert_from(body, 'UTF8') FROM payouts.read_webhook(1, '10.0.0.7')";
        Assert.That(await ActAsync("olga", Read, new { }), Is.EqualTo("{\"a\":\"ж\"}"));
        Assert.That(
            await Db.ListAsync<string>(
                "SELECT who || ' ' || payout_id || ' ' || what || ' ' || address FROM payouts.personal_view"
            ),
            Is.EqualTo(new[] { $"olga {id} webhook 1 10.0.0.7" })
        );
        Assert.That(await WhoAsync(id), Is.EqualTo("olga"));
    }

    [Test]
    public async Task A_gap_over_sessions_that_the_bank_does_not_show_is_released_by_two_and_they_are_held()
    {
        var unasked = await Db.PayoutAsync(PayoutState.Started);
        var created = await Db.PayoutAsync(PayoutState.Created);
        var fresh = await Db.PayoutAsync(PayoutState.New);
        await Db.ExecuteAsync("SELECT payouts.open_gap('restored')");
        const string Override = "SELECT payouts.override_gap('compared')";
        await ActAsync("olga", Override, new { });
        await ActAsync("olga", Override, new { });
        Assert.That(await Db.ScalarAsync<bool>("SELECT payouts.in_gap()"), Is.True, "one person");
        Assert.That(await ActAsync("semyon", Override, new { }), Is.EqualTo("released; 2 payouts are held"));
        Assert.That(await Db.ScalarAsync<bool>("SELECT payouts.in_gap()"), Is.False);
        foreach (var id in new[] { unasked, created })
            Assert.That(
                await Db.ScalarAsync<string>(
                    "SELECT state || ' ' || held_kind FROM payouts.work WHERE id = @id",
                    new { id }
                ),
                Is.EqualTo("held outcome_unknown")
            );
        Assert.That(await Db.StateAsync(fresh), Is.EqualTo("new"));
    }

    [Test]
    public async Task Days_are_found_by_halving()
    {
        for (var day = 1; day <= 9; day++)
        {
            var id = await Db.PayoutAsync(PayoutState.Paid);
            await Db.ExecuteAsync(
                """
                SET session_replication_role = replica;
                UPDATE payouts.outbox SET created_at = '2026-01-01'::timestamptz + @day * interval '1 day' WHERE id = @id
                """,
                new { day, id }
            );
        }
        const string First = "SELECT payouts.first_id_since('2026-01-01'::timestamptz + @days * interval '1 day')";
        Assert.That(await Db.ScalarAsync<long>(First, new { days = 0.0 }), Is.EqualTo(1));
        Assert.That(await Db.ScalarAsync<long>(First, new { days = 4.0 }), Is.EqualTo(4));
        Assert.That(await Db.ScalarAsync<long>(First, new { days = 4.5 }), Is.EqualTo(5));
        Assert.That(await Db.ScalarAsync<long>(First, new { days = 99.0 }), Is.EqualTo(10));
    }

    private async Task<string> ActAsync(string person, string sql, long id) =>
        await ActAsync(person, sql, new { key = await KeyAsync(id) });

    private async Task<string> ActAsync(string person, string sql, object parameters)
    {
        await using var ops = await Db.Ops.OpenConnectionAsync();
        await using var transaction = await ops.BeginTransactionAsync();
        await ops.ExecuteAsync("SELECT set_config('payouts.actor', @person, true)", new { person }, transaction);
        var answer = await ops.ExecuteScalarAsync<string>(sql, parameters, transaction);
        await transaction.CommitAsync();
        return answer!;
    }

    private Task<string> KeyAsync(long id) =>
        Db.ScalarAsync<string>("SELECT erp_key FROM payouts.outbox WHERE id = @id", new { id });

    private Task<string> WhoAsync(long id) =>
        Db.ScalarAsync<string>(
            "SELECT who FROM payouts.event WHERE payout_id = @id ORDER BY id DESC LIMIT 1",
            new { id }
        );

    private Task<bool> IsDueAsync(long id) =>
        Db.ScalarAsync<bool>("SELECT due_at <= now() FROM payouts.work WHERE id = @id", new { id });
}
