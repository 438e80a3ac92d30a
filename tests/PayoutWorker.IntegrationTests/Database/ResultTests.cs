using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>What a write leaves for the ERP and for the operators.</summary>
internal sealed class ResultTests : DatabaseTest
{
    private const string Row = """
        SELECT (state, bank_session_id, bank_payout_id, error_code, error_text, reason, returned_amount,
            finished_at IS NOT NULL, sealed_card IS NULL)::text
        FROM payouts.outbox WHERE id = @id
        """;

    [Test]
    public async Task A_final_state_ends_the_work_fills_the_result_and_erases_the_card()
    {
        var id = await Db.PayoutAsync(PayoutState.Started, order: OrderRow.Card("c"));
        await Db.Store()
            .WriteAsync(
                id,
                p => new Change
                {
                    To = PayoutState.Failed,
                    Why = "refused",
                    Session = p.Session! with { Use = SessionUse.Dead },
                    Result = new Result("ps_9", "po_9", "code", "text", "reason"),
                }
            );
        Assert.That(await RowAsync(id), Is.EqualTo("(failed,ps_9,po_9,code,text,reason,0,t,t)"));
        Assert.That(await Db.ScalarAsync<long>("SELECT count(*) FROM payouts.work"), Is.Zero);
        Assert.That(await Db.ScalarAsync<string>("SELECT state FROM payouts.bank_session"), Is.EqualTo("dead"));
    }

    [Test]
    public async Task Held_is_shown_with_its_reason_and_leaving_it_clears_both()
    {
        var id = await Db.PayoutAsync(PayoutState.Started, order: OrderRow.Card("c"));
        var store = Db.Store();
        var held = new Change
        {
            To = PayoutState.Held,
            HoldKind = HoldKind.OutcomeUnknown,
            Result = new Result(Reason: "not known"),
        };
        await store.WriteAsync(id, _ => held);
        Assert.That(await RowAsync(id), Is.EqualTo("""(held,,,,,"not known",0,f,f)"""));
        Assert.That(
            await Db.ListAsync<(string, string, string)>("SELECT state, held_from, held_kind FROM payouts.work"),
            Is.EqualTo(new[] { ("held", "started", "outcome_unknown") })
        );
        await store.WriteAsync(id, p => new Change { To = PayoutState.Confirmed });
        Assert.That(await RowAsync(id), Is.EqualTo("(,,,,,,0,f,f)"));
        Assert.That(
            await Db.ListAsync<(string, string?, string?)>("SELECT state, held_from, held_kind FROM payouts.work"),
            Is.EqualTo(new[] { ("confirmed", (string?)null, (string?)null) })
        );
    }

    [Test]
    public async Task A_paid_account_payout_is_watched_for_its_return_and_a_card_is_not()
    {
        var account = await Db.PayoutAsync(PayoutState.Confirmed);
        var card = await Db.PayoutAsync(PayoutState.Confirmed, order: OrderRow.Card("c"));
        foreach (var id in new[] { account, card })
            await Db.Store().WriteAsync(id, _ => new Change { To = PayoutState.Paid, Result = new Result() });
        Assert.That(
            await Db.ListAsync<long>("SELECT payout_id FROM payouts.return_watch"),
            Is.EqualTo(new[] { account })
        );
        Assert.That(await Db.Store().TakeReturnsAsync(10, Lease, default), Is.Empty, "not yet");
    }

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(15);

    [Test]
    public async Task A_look_for_a_return_that_was_not_answered_comes_again()
    {
        var id = await Db.PayoutAsync(PayoutState.Confirmed);
        var store = Db.Store();
        await store.WriteAsync(id, _ => new Change { To = PayoutState.Paid, Result = new Result() });
        await Db.ExecuteAsync("UPDATE payouts.return_watch SET next_at = now()");
        await store.TakeReturnsAsync(10, TimeSpan.Zero, default);
        Assert.That((await store.TakeReturnsAsync(10, Lease, default)).Single().Id, Is.EqualTo(id));
        Assert.That(await Db.ScalarAsync<int>("SELECT asked FROM payouts.return_watch"), Is.Zero);
    }

    [Test]
    public async Task Returns_are_asked_about_at_their_times_and_then_no_more()
    {
        var id = await Db.PayoutAsync(PayoutState.Confirmed);
        var store = Db.Store();
        await store.WriteAsync(id, _ => new Change { To = PayoutState.Paid, Result = new Result() });
        TimeSpan[] times = [TimeSpan.FromDays(1), TimeSpan.FromDays(3)];
        for (var look = 0; look < times.Length; look++)
        {
            await Db.ExecuteAsync("UPDATE payouts.return_watch SET next_at = now()");
            var taken = (await store.TakeReturnsAsync(10, Lease, default)).Single();
            Assert.That(
                (taken.Id, taken.Project, taken.Session!.BankId),
                Is.EqualTo((id, "main", Forge.SessionId(id)))
            );
            Assert.That(await store.TakeReturnsAsync(10, Lease, default), Is.Empty, "put off at once");
            await store.ReturnsAskedAsync([id], times, default);
        }
        Assert.That(await Db.ScalarAsync<long>("SELECT count(*) FROM payouts.return_watch"), Is.Zero);
    }

    [Test]
    public async Task Alarms_of_one_kind_and_subject_are_one_row_that_counts()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Db.PayoutAsync(PayoutState.Started)));
        var store = Db.Store();
        foreach (var (id, text) in ids.Zip(["first", "second", "third"]))
            await store.WriteAsync(
                id,
                p => new Change { To = p.State, Alarms = [new("kind", "subject", text), new("kind", "other", text)] }
            );
        Assert.That(await AlarmsAsync("subject"), Is.EqualTo(new[] { (3, "third") }));
        Assert.That(await AlarmsAsync("other"), Is.EqualTo(new[] { (3, "third") }));
        await Db.ExecuteAsync("UPDATE payouts.alarm SET acknowledged_at = now(), acknowledged_by = 'me'");
        await store.WriteAsync(ids[0], p => new Change { To = p.State, Alarms = [new("kind", "subject", "anew")] });
        Assert.That(await AlarmsAsync("subject"), Is.EqualTo(new[] { (3, "third"), (1, "anew") }));
    }

    [Test]
    public async Task A_project_is_stopped_once_however_many_payouts_ask_for_it()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Db.PayoutAsync(PayoutState.Started)));
        var store = Db.Store("w9");
        var tasks = await OneSet.WriteAsync(Db, store, [.. ids.Select(id => (id, (Func<Payout, Change?>)Stop))]);
        await Task.WhenAll(tasks);
        await store.WriteAsync(ids[0], Stop);
        Assert.That(
            await Db.ListAsync<(string, string, string, string)>(
                "SELECT scope, value, stopped_by, reason FROM payouts.switch"
            ),
            Is.EqualTo(new[] { ("project", "main", "w9", "no rights") })
        );
        static Change Stop(Payout payout) => new() { To = payout.State, StopProject = "no rights" };
    }

    [TestCase(PayoutState.Failed)]
    [TestCase(PayoutState.Cancelled)]
    [TestCase(PayoutState.Rejected)]
    public async Task A_success_after_the_end_is_written_without_any_work(PayoutState old)
    {
        var id = await Db.PayoutAsync(old);
        var written = await Db.Store().WriteAsync(id, _ => Paid("late"));
        Assert.That(written.After!.State, Is.EqualTo(PayoutState.Paid));
        Assert.That(await Db.StateAsync(id), Is.EqualTo("paid"));
        Assert.That(await Db.ScalarAsync<long>("SELECT count(*) FROM payouts.work"), Is.Zero);
        Assert.That(
            await Db.ListAsync<(string, string)>("SELECT from_state, to_state FROM payouts.event"),
            Is.EqualTo(new[] { (old.Text(), "paid") })
        );
    }

    [Test]
    public async Task Money_that_comes_back_in_parts_is_added_up_and_the_day_of_payment_stays()
    {
        var id = await Db.PayoutAsync(PayoutState.Paid);
        await Db.ExecuteAsync("UPDATE payouts.outbox SET finished_at = '2025-01-01'");
        var store = Db.Store();
        await store.WriteAsync(id, _ => Paid("part") with { Result = new Result(ReturnedAmount: 100) });
        Assert.That(await ReturnedAsync(id), Is.EqualTo(100));
        Assert.That(await Db.ScalarAsync<bool>("SELECT finished_at = '2025-01-01' FROM payouts.outbox"), Is.True);
        await store.WriteAsync(
            id,
            _ => new Change { To = PayoutState.Returned, Result = new Result(ReturnedAmount: 350000) }
        );
        Assert.That((await Db.StateAsync(id), await ReturnedAsync(id)), Is.EqualTo(("returned", 350000)));
        Assert.That(async () => await store.WriteAsync(id, _ => Paid("again")), Throws.InvalidOperationException);
    }

    [Test]
    public async Task Facts_about_one_final_payout_follow_each_other()
    {
        var id = await Db.PayoutAsync(PayoutState.Failed);
        var stores = new[] { Db.Store("a"), Db.Store("b") };
        var written = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(i =>
                    Task.Run(() =>
                        stores[i % 2].WriteAsync(id, p => p.State == PayoutState.Failed ? Paid("late") : null)
                    )
                )
        );
        Assert.That(written.Count(one => one.Change is not null), Is.EqualTo(1));
    }

    private static Change Paid(string why) =>
        new()
        {
            To = PayoutState.Paid,
            Why = why,
            Result = new Result("ps_1", "po_1"),
        };

    private async Task<IReadOnlyList<(int, string)>> AlarmsAsync(string subject) =>
        await Db.ListAsync<(int, string)>(
            "SELECT times, text FROM payouts.alarm WHERE subject = @subject ORDER BY id",
            new { subject }
        );

    // As PostgreSQL writes a row: what is null stays empty.
    private Task<string> RowAsync(long id) => Db.ScalarAsync<string>(Row, new { id });

    private Task<long> ReturnedAsync(long id) =>
        Db.ScalarAsync<long>("SELECT returned_amount FROM payouts.outbox WHERE id = @id", new { id });
}
