using Dapper;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>What the ERP reads of a payout.</summary>
internal sealed class StatusTests : SharedDatabaseTest
{
    public static IEnumerable<PayoutState> States => Enum.GetValues<PayoutState>();

    [TestCaseSource(nameof(States))]
    public async Task Every_state_is_explained_in_a_sentence(PayoutState state)
    {
        var key = $"explain-{state}";
        await Db.PayoutAsync(state, order: new OrderRow(key));
        var text = await ExplainAsync(key);
        Assert.That(text, Does.StartWith($"Payout {key} is {state.Text()} since ").And.EndsWith("."));
        Assert.That(text, Does.Match(@"UTC: \w.+\. \w"), "in words, and what comes next");
        Assert.That(
            text,
            state.IsFinal() ? Does.Contain("Nothing more happens") : Does.Not.Contain("Nothing more happens")
        );
    }

    [TestCase("before_money", "It waits for release or cancel.")]
    [TestCase("mismatch", "It waits to be cancelled.")]
    [TestCase("outcome_unknown", "or as soon as the bank reports.")]
    public async Task What_is_held_says_what_it_waits_for(string kind, string next)
    {
        var key = $"held-{kind}";
        await Db.PayoutAsync(PayoutState.Held, PayoutState.Started, kind, new OrderRow(key));
        Assert.That(await ExplainAsync(key), Does.EndWith(next));
    }

    [Test]
    public async Task A_stop_is_named_as_what_it_waits_for()
    {
        await Db.InsertAsync(new OrderRow("stopped") { SenderAccount = "40702810300200000077" });
        await Db.ExecuteAsync("SELECT payouts.stop('account', '40702810300200000077', 'test')");
        Assert.That(
            await ExplainAsync("stopped"),
            Does.Match(
                @"Sender account 40702810300200000077 is stopped since 2.* by postgres: test\. "
                    + @"It goes on when somebody resumes that\.$"
            )
        );
    }

    [Test]
    public async Task A_word_that_is_said_already_is_not_said_again()
    {
        var id = await Db.PayoutAsync(PayoutState.Cancelled, order: new OrderRow("cancelled-once"));
        await Db.ExecuteAsync("UPDATE payouts.outbox SET reason = 'cancelled' WHERE id = @id", new { id });
        Assert.That(await ExplainAsync("cancelled-once"), Does.Contain("not paid: cancelled. Nothing more"));
    }

    [Test]
    public async Task What_is_driven_names_the_worker_and_when_another_takes_over()
    {
        var id = await Db.PayoutAsync(PayoutState.Starting, order: new OrderRow("driven"));
        await Db.ExecuteAsync(
            "UPDATE payouts.work SET owner = 'w7', claims = 1, due_at = now() + interval '1 minute' WHERE id = @id",
            new { id }
        );
        Assert.That(await ExplainAsync("driven"), Does.Contain("Worker w7 has it in hand"));
    }

    [Test]
    public async Task An_order_for_later_says_when_it_starts()
    {
        await Db.InsertAsync(new OrderRow("later") { NotBefore = TimeSpan.FromDays(400) });
        Assert.That(await ExplainAsync("later"), Does.Contain("It starts at 20"));
    }

    [Test]
    public async Task The_banks_own_words_are_in_the_explanation()
    {
        var id = await Db.PayoutAsync(PayoutState.Failed, order: new OrderRow("refused"));
        await Db.ExecuteAsync(
            "UPDATE payouts.outbox SET error_code = 'account_not_found', error_text = 'No such' WHERE id = @id",
            new { id }
        );
        Assert.That(await ExplainAsync("refused"), Does.Contain("The bank says account_not_found: No such."));
    }

    [TestCase(PayoutState.New, false)]
    [TestCase(PayoutState.Creating, false)]
    [TestCase(PayoutState.Created, false)]
    [TestCase(PayoutState.Starting, false)]
    [TestCase(PayoutState.Initiating, false)]
    [TestCase(PayoutState.Started, false)]
    [TestCase(PayoutState.Ready, false)]
    [TestCase(PayoutState.Confirming, false)]
    [TestCase(PayoutState.Confirmed, false)]
    [TestCase(PayoutState.Cancelling, false)]
    [TestCase(PayoutState.Held, false)]
    [TestCase(PayoutState.Paid, false)]
    [TestCase(PayoutState.Returned, false)]
    [TestCase(PayoutState.Failed, true)]
    [TestCase(PayoutState.Cancelled, true)]
    [TestCase(PayoutState.Rejected, true)]
    public async Task Only_what_cannot_be_paid_any_more_may_be_ordered_anew(PayoutState state, bool expected)
    {
        var id = await Db.PayoutAsync(state);
        Assert.That(await MayPayAgainAsync(id), Is.EqualTo(expected));
    }

    [TestCase(PayoutState.Failed)]
    [TestCase(PayoutState.Cancelled)]
    public async Task What_ended_with_a_session_that_may_still_pay_may_not_be_ordered_anew(PayoutState state)
    {
        var id = await Db.PayoutAsync(state);
        await Db.ExecuteAsync("UPDATE payouts.bank_session SET state = 'armed' WHERE payout_id = @id", new { id });
        Assert.That(await MayPayAgainAsync(id), Is.False);
    }

    [Test]
    public async Task The_status_shows_the_session_before_there_is_a_result()
    {
        var id = await Db.PayoutAsync(PayoutState.Started);
        Assert.That(
            await Db.ScalarAsync<string>(
                "SELECT bank_session_id FROM payouts.status WHERE payout_id = @id",
                new { id }
            ),
            Is.EqualTo(Forge.SessionId(id))
        );
    }

    private async Task<string> ExplainAsync(string key)
    {
        await using var erp = await Db.Erp.OpenConnectionAsync();
        return (await erp.ExecuteScalarAsync<string>("SELECT payouts.explain(@key)", new { key }))!;
    }

    private async Task<bool> MayPayAgainAsync(long id)
    {
        await using var erp = await Db.Erp.OpenConnectionAsync();
        return await erp.ExecuteScalarAsync<bool>(
            "SELECT may_pay_again FROM payouts.status WHERE payout_id = @id",
            new { id }
        );
    }
}
