using Bank131.Client;
using Bank131.Views;
using PayoutWorker.Decisions;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Audit;

/// <summary>An answer that comes when its payout is final and sealed is kept, and is no tampering.</summary>
internal sealed class LateAnswerTests : AuditTest
{
    [Test]
    public async Task An_answer_to_create_that_comes_after_a_cancel_is_a_line_of_history()
    {
        var id = await UnansweredAsync(PayoutState.Cancelled, "create");
        await LearnAsync(id, Step.Create, Accepted(id));
        Assert.That(await FindingsAsync(id), Is.Empty, "before it is sealed");
        await SealAsync();
        Assert.That(await FindingsAsync(id), Is.Empty);
        Assert.That(
            await Db.ListAsync<string>(
                "SELECT concat_ws(' ', from_state, to_state, why) FROM payouts.event WHERE payout_id = @id ORDER BY id DESC LIMIT 1",
                new { id }
            ),
            Is.EqualTo(new[] { "cancelled cancelled the answer to create came after its end" })
        );
        Assert.That(await SessionAsync(id), Is.EqualTo($"{Forge.SessionId(id)} dead"));
    }

    [Test]
    public async Task A_session_that_is_named_by_somebody_else_is_still_found()
    {
        var id = await UnansweredAsync(PayoutState.Cancelled, "create");
        await TamperAsync("UPDATE payouts.bank_session SET session_id = 'ps_x' WHERE payout_id = @id", new { id });
        Assert.That(await FindingsAsync(id), Has.One.StartsWith("changed"));
        await Db.ExecuteAsync(
            "INSERT INTO payouts.event (payout_id, who, from_state, to_state, why) "
                + "VALUES (@id, 'anna', 'cancelled', 'cancelled', 'looked at')",
            new { id }
        );
        await SealAsync();
        Assert.That(await FindingsAsync(id), Has.One.StartsWith("changed"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task An_answer_to_init_that_comes_after_the_end_is_no_tampering(bool sessionIsKnown)
    {
        var id = await UnansweredAsync(PayoutState.Paid, "init");
        if (sessionIsKnown)
        {
            await TamperAsync(
                "UPDATE payouts.bank_session SET session_id = @session, evidence = 'webhook 5' WHERE payout_id = @id; "
                    + "INSERT INTO payouts.event (payout_id, who, from_state, to_state, why) "
                    + "VALUES (@id, 'w1', 'held', 'paid', 'the bank paid it')",
                new { id, session = Forge.SessionId(id) }
            );
            await SealAsync();
        }
        await LearnAsync(id, Step.Init, Accepted(id));
        await SealAsync();
        Assert.That(await FindingsAsync(id), Is.Empty);
        Assert.That(await SessionAsync(id), Is.EqualTo($"{Forge.SessionId(id)} armed"));
    }

    [Test]
    public async Task The_answer_to_an_older_send_leaves_what_is_sealed()
    {
        var id = await SealedAsync();
        await LearnAsync(id, Step.Create, new BankAnswer.Unknown("no answer in time"));
        Assert.That(await FindingsAsync(id), Is.Empty);
        Assert.That(await OutcomeAsync(id), Is.EqualTo("accepted"));
    }

    [Test]
    public async Task The_first_answer_is_kept_however_late()
    {
        var id = await UnansweredAsync(PayoutState.Cancelled, "create");
        await LearnAsync(id, Step.Create, new BankAnswer.Unknown("no answer in time"));
        Assert.That(await OutcomeAsync(id), Is.EqualTo("unknown"));
        Assert.That(await FindingsAsync(id), Is.Empty);
    }

    // Final and sealed while that call, which would have named its session, was under way.
    private async Task<long> UnansweredAsync(PayoutState state, string step)
    {
        var id = await PayoutAsync(state);
        await TamperAsync(
            "UPDATE payouts.bank_session SET session_id = NULL WHERE payout_id = @id; "
                + "UPDATE payouts.bank_call SET step = @step, answered_at = NULL, outcome = NULL, http_status = NULL "
                + "WHERE payout_id = @id",
            new { id, step }
        );
        await SealAsync();
        return id;
    }

    private Task LearnAsync(long id, Step step, BankAnswer answer) =>
        Db.Store()
            .WriteAsync(
                id,
                payout => Decision.Learn(payout, new Evidence.Answered(step, 1, answer), new Policy(), mine: false)
            );

    private static BankAnswer.Accepted Accepted(long id) =>
        new(new SessionView(Forge.SessionId(id), SessionStatus.Created, "created", false, [], null, null, null));

    private Task<string> SessionAsync(long id) =>
        Db.ScalarAsync<string>(
            "SELECT concat_ws(' ', session_id, state) FROM payouts.bank_session WHERE payout_id = @id",
            new { id }
        );

    private Task<string> OutcomeAsync(long id) =>
        Db.ScalarAsync<string>("SELECT outcome FROM payouts.bank_call WHERE payout_id = @id", new { id });
}
