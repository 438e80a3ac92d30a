using Dapper;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>Four eyes: what needs a second person's approval is begun by nobody before it has one.</summary>
internal sealed class ApprovalTests : DatabaseTest
{
    private const string OtherContent = "PW050";
    private const string ByItsMaker = "PW051";
    private const string NotWaiting = "PW052";

    [Test]
    public async Task Without_a_rule_nothing_waits()
    {
        await Db.InsertAsync(new OrderRow("k"));
        Assert.That(await ClaimedAsync(), Is.EqualTo(new[] { "k" }));
        Assert.That(await Db.ScalarAsync<long>("SELECT count(*) FROM payouts.approval"), Is.Zero);
    }

    [Test]
    public async Task What_a_rule_covers_waits_and_the_others_go()
    {
        await Db.SetRuleAsync(350000, "account");
        await Db.InsertAsync(new OrderRow("large"));
        await Db.InsertAsync(new OrderRow("small") { Amount = 349999 });
        await Db.InsertAsync(OrderRow.Card("card") with { Amount = 350000 });
        Assert.That(await ClaimedAsync(), Is.EquivalentTo(new[] { "small", "card" }));
        var status = (
            await Db.ListAsync<string>(
                """
                SELECT concat_ws('|', state, in_words, next_look_at IS NULL, payouts.explain(erp_key))
                FROM payouts.status WHERE erp_key = 'large'
                """
            )
        ).Single();
        Assert.That(
            status,
            Does.StartWith("new|waits for a second person's approval|t|")
                .And.EndsWith("It goes on when somebody approves it who did not order it.")
        );
        await using var worker = await Db.Worker.OpenConnectionAsync();
        Assert.That(await worker.ExecuteScalarAsync<double?>(Sql.Text("read_oldest_due")), Is.Null.Or.LessThan(60));
        await Db.ExecuteAsync(
            "DELETE FROM payouts.work WHERE id <> (SELECT max(id) FROM payouts.work WHERE approval = 'awaited')"
        );
        Assert.That(
            await worker.ExecuteScalarAsync<bool>(
                Sql.Text("is_anything_due"),
                new { states = Enum.GetValues<PayoutState>().Select(state => state.Text()).ToArray() }
            ),
            Is.False
        );
    }

    [Test]
    public async Task What_waits_stands_outside_the_index_that_is_looked_through()
    {
        await using var worker = await Db.Worker.OpenConnectionAsync();
        await worker.ExecuteAsync("SET enable_seqscan = off");
        foreach (var condition in new[] { "", "AND (w.approval IS DISTINCT FROM 'awaited' OR w.cancel OR w.hold)" })
        {
            var plan = await worker.QueryAsync<string>(
                $"""
                EXPLAIN SELECT w.id FROM payouts.work AS w
                WHERE w.state = 'new' AND w.due_at < 'infinity' AND w.due_at <= now() {condition}
                ORDER BY w.priority DESC, w.due_at, w.id LIMIT 50
                """
            );
            Assert.That(string.Join('\n', plan), Does.Contain("using work_new").And.Not.Contain("Sort"));
        }
        foreach (var statement in new[] { "claim_due", "is_anything_due" })
            Assert.That(Sql.Text(statement), Does.Contain("w.due_at < 'infinity'"), "what the index asks for");
    }

    [Test]
    public async Task What_is_approved_goes_at_its_own_time()
    {
        await Db.SetRuleAsync(1);
        await Db.InsertAsync(new OrderRow("now"));
        await Db.InsertAsync(new OrderRow("later") { NotBefore = TimeSpan.FromHours(1) });
        foreach (var key in new[] { "now", "later" })
            Assert.That(await Db.ApproveAsync("semyon", key), Is.EqualTo("approved"));
        Assert.That(await ClaimedAsync(), Is.EqualTo(new[] { "now" }));
        var again = Refusal(() => Db.ApproveAsync("semyon", "now"));
        Assert.That(again.SqlState, Is.EqualTo(NotWaiting));
        Assert.That(
            await Db.ListAsync<string>(
                "SELECT who || ': ' || why FROM payouts.event WHERE why LIKE 'approved%' ORDER BY id"
            ),
            Is.EqualTo(new[] { "semyon: approved: seen the invoice", "semyon: approved: seen the invoice" })
        );
    }

    [Test]
    public async Task Another_hash_approves_nothing()
    {
        await Db.SetRuleAsync(1);
        await Db.InsertAsync(new OrderRow("k"));
        await Db.InsertAsync(new OrderRow("other"));
        foreach (var hash in new[] { await Db.HashAsync("other"), "", new string('0', 64) })
            Assert.That(Refusal(() => Db.ApproveAsync("semyon", "k", hash)).SqlState, Is.EqualTo(OtherContent));
        Assert.That(await ClaimedAsync(), Is.Empty);
    }

    [Test]
    public async Task What_was_changed_before_its_approval_cannot_be_approved()
    {
        await Db.SetRuleAsync(1);
        string[] changes =
        [
            "erp_key = 'another'",
            "method = 'card', recipient_account = NULL",
            "flow = 'single_request'",
            "amount = 1",
            "currency = 'USD'",
            "sender_account = '40702810300200000014'",
            "recipient_name = 'Petrov Pavel'",
            "recipient_account = '40817810400003869536'",
            "recipient_bik = '044525975'",
            "recipient_inn = '7707083893'",
            "recipient_kpp = '773601001'",
            "purpose = 'another'",
            "is_fast = true",
            "sealed_card = repeat('x', 256)::bytea",
            "card_last4 = '1111'",
            "metadata = '{\"a\": 1}'",
            "not_before = now()",
            "priority = 1",
            "register_id = 'another'",
            "created_at = now() + interval '1 second'",
            "created_by = 'somebody'",
            "ordered_by = 'somebody'",
            "reissue_of = id",
        ];
        foreach (var change in changes)
        {
            var id = await Db.InsertAsync(new OrderRow("k"));
            var before = await Db.HashAsync("k");
            await Db.TamperAsync("k", change);
            var key = await Db.ScalarAsync<string>("SELECT erp_key FROM payouts.outbox WHERE id = @id", new { id });
            Assert.That(await Db.HashAsync(key), Is.Not.EqualTo(before), change);
            var refusal = Refusal(() => Db.ApproveAsync("semyon", key));
            Assert.That(refusal.SqlState, Is.EqualTo(OtherContent), change);
            Assert.That(await Db.ScalarAsync<bool>("SELECT bool_and(changed) FROM payouts.approvals"), Is.True);
            await Db.TamperAsync(key, "erp_key = 'done ' || id");
        }
        Assert.That(
            await Db.ListAsync<string>(
                """
                SELECT attname::text FROM pg_attribute
                WHERE attrelid = 'payouts.outbox'::regclass AND attnum > 0 AND NOT attisdropped
                  AND attname NOT IN ('id', 'state', 'project', 'bank_session_id', 'bank_payout_id', 'error_code',
                                      'error_text', 'reason', 'returned_amount', 'finished_at')
                """
            ),
            Is.EquivalentTo(changes.Select(change => change.Split(' ')[0])),
            "a column of an order that no hash covers"
        );
    }

    [Test]
    public async Task No_value_runs_into_its_neighbour()
    {
        await Db.InsertAsync(new OrderRow("a") { RecipientName = "Petrov 1:,", Purpose = "" });
        await Db.TamperAsync("a", "recipient_inn = '', recipient_kpp = NULL");
        var first = await Db.HashAsync("a");
        await Db.TamperAsync("a", "recipient_inn = NULL, recipient_kpp = ''");
        Assert.That(await Db.HashAsync("a"), Is.Not.EqualTo(first));
    }

    [Test]
    public async Task Who_ordered_it_cannot_approve_it()
    {
        foreach (var made in new[] { "ordered_by = ' Semyon '", "created_by = 'semyon'" })
        {
            var id = await Db.InsertAsync(new OrderRow(made));
            await Db.TamperAsync(made, made);
            await Db.ExecuteAsync(
                """
                INSERT INTO payouts.approval (payout_id, rule_id, content_hash)
                SELECT id, 1, payouts.content_hash(o) FROM payouts.outbox AS o WHERE id = @id;
                UPDATE payouts.work SET approval = 'awaited' WHERE id = @id
                """,
                new { id }
            );
            Assert.That(Refusal(() => Db.ApproveAsync("semyon", made)).SqlState, Is.EqualTo(ByItsMaker));
            Assert.That(await Db.ApproveAsync("olga", made), Is.EqualTo("approved"));
        }
    }

    [Test]
    public async Task What_is_ordered_anew_waits_and_neither_of_its_makers_approves_it()
    {
        var id = await Db.PayoutAsync(PayoutState.Failed, order: new OrderRow("k"));
        await Db.TamperAsync("k", "ordered_by = 'pavel'");
        await Db.SetRuleAsync(1);
        await Db.SayAsync("olga", "SELECT payouts.reissue('k', 'why')");
        Assert.That(await ClaimedAsync(), Is.Empty);
        foreach (var maker in new[] { "olga", "pavel" })
            Assert.That(Refusal(() => Db.ApproveAsync(maker, "k-R1")).SqlState, Is.EqualTo(ByItsMaker));
        await Db.ApproveAsync("semyon", "k-R1");
        Assert.That(await ClaimedAsync(), Is.EqualTo(new[] { "k-R1" }));
        Assert.That(id, Is.Positive);
    }

    [Test]
    public async Task The_maker_of_the_first_order_approves_none_that_stands_in_for_it()
    {
        await Db.PayoutAsync(PayoutState.Failed, order: new OrderRow("k"));
        await Db.TamperAsync("k", "ordered_by = 'pavel'");
        var second = long.Parse(await Db.SayAsync("olga", "SELECT payouts.reissue('k', 'why')"));
        await Db.MoveAsync(second, PayoutState.Failed);
        await Db.SetRuleAsync(1);
        var third = await Db.SayAsync("anna", "SELECT payouts.reissue('k-R1', 'why')");
        foreach (var maker in new[] { "anna", "olga", "pavel" })
            Assert.That(Refusal(() => Db.ApproveAsync(maker, "k-R1-R1")).SqlState, Is.EqualTo(ByItsMaker), maker);
        await Db.TamperAsync("k", $"reissue_of = {third}");
        Assert.That(await Db.ApproveAsync("semyon", "k-R1-R1"), Is.EqualTo("approved"), "a circle ends too");
    }

    [Test]
    public async Task A_rule_of_a_sender_account_is_about_account_payouts()
    {
        const string set = "SELECT payouts.set_approval_rule(@method, '40702810300200000013', NULL, 1, 'why')";
        await Db.SayAsync("olga", set, new { method = (string?)null });
        await Db.InsertAsync(OrderRow.Card("card") with { SenderAccount = "40702810300200000013" });
        await Db.InsertAsync(new OrderRow("account"));
        Assert.That(
            await Db.ListAsync<string>("SELECT erp_key FROM payouts.approvals"),
            Is.EqualTo(new[] { "account" })
        );
        var refusal = Refusal(() => Db.SayAsync("olga", set, new { method = "card" }));
        Assert.That(refusal.ConstraintName, Is.EqualTo("rule_of_cards_has_no_sender_account"));
    }

    [Test]
    public async Task The_ERP_names_who_ordered_it_and_changes_that_never()
    {
        await using var erp = await Db.Erp.OpenConnectionAsync();
        await erp.ExecuteAsync(
            "INSERT INTO payouts.outbox (erp_key, method, amount, ordered_by) VALUES ('k', 'account', 5, 'pavel')"
        );
        var refusal = Refusal(() => Db.ExecuteAsync("UPDATE payouts.outbox SET ordered_by = NULL"));
        Assert.That(refusal.SqlState, Is.EqualTo("PW001"));
        Assert.That(
            await erp.QueryAsync<string>(
                """
                SELECT field FROM payouts.validate('{"erp_key": "n", "method": "card", "amount": 5, "ordered_by": "p"}')
                """
            ),
            Is.EqualTo(new[] { "sealed_card" })
        );
    }

    [Test]
    public async Task What_waits_is_cancelled_and_held_and_a_release_does_not_skip_the_approval()
    {
        await Db.SetRuleAsync(1);
        foreach (var key in new[] { "cancelled", "held", "asked", "waits" })
            await Db.InsertAsync(new OrderRow(key));
        await Db.SayAsync("olga", "SELECT payouts.request_cancel('cancelled', 'why')");
        await Db.SayAsync("olga", "SELECT payouts.request_hold('held', 'why')");
        await Db.SayAsync("olga", "SELECT payouts.request_hold('asked', 'why')");
        await Db.ReleaseAsync("olga", "asked");
        await DriveAsync("cancelled", "held");
        Assert.That(await StatesAsync(), Is.EqualTo("asked new, cancelled cancelled, held held, waits new"));
        await Db.ReleaseAsync("olga", "held");
        Assert.That(await ClaimedAsync(), Is.Empty);
        await Db.ApproveAsync("semyon", "held");
        Assert.That(await ClaimedAsync(), Is.EqualTo(new[] { "held" }));
    }

    [Test]
    public async Task A_hold_that_is_taken_back_in_the_middle_of_a_claim_begins_nothing()
    {
        await Db.SetRuleAsync(1);
        var id = await Db.InsertAsync(new OrderRow("k") { Flow = "single_request" });
        await Db.SayAsync("olga", "SELECT payouts.request_hold('k', 'why')");
        var store = Db.Store();
        await store.ClaimAsync(Rules.Claim, default);
        await Db.ReleaseAsync("olga", "k");
        var written = await store.WriteAsync(id, Rules.Next);
        Assert.That((written.Change!.To, written.Change.Intent), Is.EqualTo((PayoutState.New, (Step?)null)));
        Assert.That(await Db.ScalarAsync<bool>("SELECT due_at = 'infinity' FROM payouts.work"), Is.True);
    }

    [Test]
    public async Task The_last_line_is_the_table_itself()
    {
        await Db.SetRuleAsync(1);
        await Db.InsertAsync(new OrderRow("k"));
        await using var worker = await Db.Worker.OpenConnectionAsync();
        string[] writes = ["state = 'creating'", "state = 'initiating'", "approval = 'given'", "approval = NULL"];
        foreach (var set in writes)
            Assert.That(
                Refusal(() => worker.ExecuteAsync($"UPDATE payouts.work SET {set}")).SqlState,
                Is.EqualTo("PW002"),
                set
            );
    }

    [Test]
    public async Task What_was_changed_after_its_approval_is_held_before_money()
    {
        await Db.SetRuleAsync(1);
        foreach (var state in new[] { PayoutState.New, PayoutState.Created, PayoutState.Ready })
        {
            var key = state.Text();
            var flow = state == PayoutState.New ? "single_request" : "two_step";
            var id = await Db.InsertAsync(new OrderRow(key) { Flow = flow });
            await Db.ApproveAsync("semyon", key);
            await Db.MoveAsync(id, state);
            await Db.TamperAsync(key, "recipient_account = '40817810400003869536'");
            var written = await Db.Store().WriteAsync(id, Rules.Next);
            Assert.That(
                (written.Change!.To, written.Change.HoldKind, written.Change.Intent),
                Is.EqualTo((PayoutState.Held, (HoldKind?)HoldKind.BeforeMoney, (Step?)null)),
                key
            );
            await Db.ReleaseAsync("olga", key);
            await Db.Store().WriteAsync(id, Rules.Next);
            Assert.That(await Db.StateAsync(id), Is.EqualTo("held"), "a release does not make it what was approved");
        }
        Assert.That(
            await AlarmsAsync(),
            Is.EqualTo(new[] { "approval_void new 2", "approval_void created 2", "approval_void ready 2" })
        );
    }

    [Test]
    public async Task What_was_changed_between_create_and_start_is_not_started()
    {
        await Db.SetRuleAsync(1);
        var id = await Db.InsertAsync(new OrderRow("k"));
        await Db.ApproveAsync("semyon", "k");
        var claimed = (await Db.Store().ClaimAsync(Rules.Claim, default)).Single();
        Assert.That((claimed.CreateIntended, claimed.Payout.ApprovalVoid), Is.EqualTo((true, false)));
        await Db.TamperAsync("k", "amount = amount * 10");
        var read = (await Db.Store().ReadAsync([id], default)).Single();
        Assert.That(read.ApprovalVoid, Is.True);
        Assert.That(Decisions.Decision.BeforeMoney(read, Rules.Policy)!.To, Is.EqualTo(PayoutState.Held));
    }

    [Test]
    public async Task An_approval_is_taken_back_until_it_is_begun()
    {
        await Db.SetRuleAsync(1);
        await Db.InsertAsync(new OrderRow("k"));
        const string withdraw = "SELECT payouts.withdraw_approval('k', 'the branch objects')";
        Assert.That(Refusal(() => Db.SayAsync("olga", withdraw)).SqlState, Is.EqualTo(NotWaiting));
        await Db.ApproveAsync("semyon", "k");
        await Db.SayAsync("olga", withdraw);
        Assert.That(await ClaimedAsync(), Is.Empty);
        await Db.ApproveAsync("semyon", "k");
        Assert.That(await ClaimedAsync(), Is.EqualTo(new[] { "k" }));
        Assert.That(Refusal(() => Db.SayAsync("olga", withdraw)).SqlState, Is.EqualTo("PW012"));
    }

    [Test]
    public async Task A_register_is_approved_as_a_whole_by_its_hash()
    {
        await Db.SetRuleAsync(100);
        await InsertRegisterAsync(1, 1500);
        await Db.ExecuteAsync(
            "UPDATE payouts.work SET cancel = true WHERE id = (SELECT min(id) FROM payouts.work WHERE approval = 'awaited')"
        );
        const string approve = "SELECT * FROM payouts.approve_register('R', 'RUB', @hash, 'seen the register', @after)";
        var (count, hash) = (
            await Db.ListAsync<(long, string)>("SELECT payouts, content_hash FROM payouts.approval_registers")
        ).Single();
        Assert.That(count, Is.EqualTo(1401));
        await InsertRegisterAsync(1501, 1501);
        var other = Refusal(() => Db.SayAsync("semyon", approve, new { hash, after = 0L }));
        Assert.That(other.SqlState, Is.EqualTo(OtherContent), "an order was added since it was looked at");

        await Db.TamperAsync("R-1500", "amount = 1000000");
        hash = await Db.ScalarAsync<string>("SELECT content_hash FROM payouts.approval_registers");
        var first = (await Db.SayAsync("semyon", approve, new { hash, after = 0L })).Split(' ');
        Assert.That(first[..2], Is.EqualTo(new[] { "1000", "0" }));
        var second = await Db.SayAsync("semyon", approve, new { hash, after = long.Parse(first[2]) });
        Assert.That(second, Is.EqualTo("401 1 null"));
        Assert.That(
            await Db.ListAsync<string>("SELECT erp_key FROM payouts.approvals"),
            Is.EqualTo(new[] { "R-1500" })
        );
        await using var worker = await Db.Worker.OpenConnectionAsync();
        Assert.That(
            Refusal(() => Db.SayAsync("a", approve.Replace("'R'", "'none'"), new { hash, after = 0L })).SqlState,
            Is.EqualTo("PW042")
        );
    }

    [Test]
    public async Task A_line_of_a_register_approves_what_it_shows_and_no_other_currency()
    {
        await Db.SetRuleAsync(1);
        await InsertRegisterAsync(100, 100);
        await InsertRegisterAsync(900_000_000, 900_000_000, "USD");
        const string approve = "SELECT * FROM payouts.approve_register('R', @currency, @hash, 'seen')";
        var hash = await LineAsync("RUB");
        foreach (var (currency, code) in new[] { ("USD", OtherContent), ("EUR", "PW042") })
            Assert.That(
                Refusal(() => Db.SayAsync("semyon", approve, new { currency, hash })).SqlState,
                Is.EqualTo(code)
            );
        Assert.That(await Db.SayAsync("semyon", approve, new { currency = "RUB", hash }), Is.EqualTo("1 0 null"));
        Assert.That(await Db.ListAsync<string>("SELECT currency FROM payouts.approvals"), Is.EqualTo(new[] { "USD" }));
    }

    [Test]
    public async Task An_order_that_comes_in_during_the_approval_is_not_approved_unseen()
    {
        await Db.SetRuleAsync(1);
        await InsertRegisterAsync(1, 1);
        var hash = await LineAsync("RUB");
        // The hash is found, and then the statement waits, while another order is committed.
        await Db.ExecuteAsync(
            """
            DO $$
            BEGIN
                EXECUTE replace(
                    pg_get_functiondef('payouts.register_hash'::regproc), 'register_hash', 'found_hash'
                );
            END
            $$;
            CREATE OR REPLACE FUNCTION payouts.register_hash(register text, currency text) RETURNS text
            LANGUAGE plpgsql STABLE SECURITY DEFINER
            AS $$
            DECLARE found constant text := payouts.found_hash(register, currency);
            BEGIN
                PERFORM pg_advisory_xact_lock(5);
                RETURN found;
            END
            $$
            """
        );
        await using var connection = await Db.Admin.OpenConnectionAsync();
        await connection.ExecuteAsync("SELECT pg_advisory_lock(5)");
        var approving = Db.SayAsync(
            "semyon",
            "SELECT * FROM payouts.approve_register('R', 'RUB', @hash, 'seen')",
            new { hash }
        );
        await Db.WaitForWaiterAsync();
        await InsertRegisterAsync(900_000_000, 900_000_000);
        await connection.ExecuteAsync("SELECT pg_advisory_unlock(5)");
        Assert.That(await approving, Is.EqualTo("1 0 null"));
        Assert.That(
            await Db.ListAsync<long>("SELECT amount FROM payouts.approvals"),
            Is.EqualTo(new[] { 900_000_000 })
        );
    }

    [Test]
    public async Task An_approval_that_was_taken_back_is_not_given_again_by_the_hash_from_before()
    {
        await Db.SetRuleAsync(1);
        await InsertRegisterAsync(1, 2);
        await Db.ApproveAsync("semyon", "R-2");
        var hash = await LineAsync("RUB");
        await Db.SayAsync("olga", "SELECT payouts.withdraw_approval('R-2', 'the branch objects')");
        const string approve = "SELECT * FROM payouts.approve_register('R', 'RUB', @hash, 'seen')";
        Assert.That(Refusal(() => Db.SayAsync("semyon", approve, new { hash })).SqlState, Is.EqualTo(OtherContent));
        hash = await LineAsync("RUB");
        Assert.That(await Db.SayAsync("semyon", approve, new { hash }), Is.EqualTo("2 0 null"));
    }

    [Test]
    public async Task One_person_ends_no_rule_and_what_waits_goes_on_waiting()
    {
        var rule = await Db.SetRuleAsync(1);
        await Db.InsertAsync(new OrderRow("before"));
        const string end = "SELECT payouts.end_approval_rule(@rule, 'too strict')";
        foreach (var person in new[] { "olga", "Olga" })
            Assert.That(await Db.SayAsync(person, end, new { rule }), Does.StartWith("proposed"));
        await Db.InsertAsync(new OrderRow("between"));
        await Db.ExecuteAsync("UPDATE payouts.approval_rule SET end_asked_at = now() - interval '2 days'");
        Assert.That(await Db.SayAsync("semyon", end, new { rule }), Does.StartWith("proposed"), "the word is too old");
        Assert.That(await Db.SayAsync("olga", end, new { rule }), Is.EqualTo("ended"));
        await Db.InsertAsync(new OrderRow("after"));
        Assert.That(await ClaimedAsync(), Is.EqualTo(new[] { "after" }));
        Assert.That(Refusal(() => Db.SayAsync("olga", end, new { rule })).SqlState, Is.EqualTo("PW054"));
    }

    [Test]
    public async Task Every_word_needs_a_reason()
    {
        await Db.SetRuleAsync(1);
        await Db.InsertAsync(new OrderRow("k"));
        var hash = await Db.HashAsync("k");
        string[] words =
        [
            "payouts.approve('k', @hash, ' ')",
            "payouts.withdraw_approval('k', NULL)",
            "payouts.approve_register('k', 'RUB', @hash, '')",
            "payouts.set_approval_rule(NULL, NULL, NULL, 5, '')",
            "payouts.end_approval_rule(1, '')",
            "payouts.set_money_limit('minute', NULL, NULL, NULL, 5, NULL, '')",
            "payouts.end_money_limit(1, '')",
        ];
        foreach (var word in words)
            Assert.That(
                Refusal(() => Db.SayAsync("semyon", $"SELECT {word}", new { hash })).SqlState,
                Is.EqualTo("PW054"),
                word
            );
    }

    private Task InsertRegisterAsync(int from, int to, string currency = "RUB") =>
        Db.ExecuteAsync(
            """
            INSERT INTO payouts.outbox (erp_key, method, amount, currency, register_id)
            SELECT 'R-' || i, 'account', i, @currency, 'R' FROM generate_series(@from, @to) AS i
            """,
            new
            {
                from,
                to,
                currency,
            }
        );

    private Task<string> LineAsync(string currency) =>
        Db.ScalarAsync<string>(
            "SELECT content_hash FROM payouts.approval_registers WHERE register_id = 'R' AND currency = @currency",
            new { currency }
        );

    private async Task<IEnumerable<string>> ClaimedAsync() =>
        (await Db.Store().ClaimAsync(Rules.Claim, default)).Select(one => one.Payout.Order.ErpKey);

    // Claims what is due, and writes what is decided.
    private async Task DriveAsync(params string[] keys)
    {
        var store = Db.Store();
        var claimed = await store.ClaimAsync(Rules.Claim, default);
        Assert.That(claimed.Select(one => one.Payout.Order.ErpKey), Is.EquivalentTo(keys));
        await Task.WhenAll(claimed.Select(one => store.WriteAsync(one.Payout.Id, Rules.Next)));
    }

    private async Task<string> StatesAsync() =>
        string.Join(
            ", ",
            await Db.ListAsync<string>("SELECT erp_key || ' ' || state FROM payouts.status ORDER BY erp_key")
        );

    private Task<IReadOnlyList<string>> AlarmsAsync() =>
        Db.ListAsync<string>("SELECT concat_ws(' ', kind, subject, times) FROM payouts.alarm ORDER BY id");
}
