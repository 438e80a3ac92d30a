using Dapper;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>What the ERP may ask for, in every state.</summary>
internal sealed class RequestTests : SharedDatabaseTest
{
    private const string NoSuchPayout = "PW010";
    private const string IsFinal = "PW011";
    private const string TooLate = "PW012";
    private const string OutcomeUnknown = "PW013";
    private const string NotHeld = "PW014";
    private const string Mismatch = "PW015";

    [TestCase(PayoutState.New, "asked")]
    [TestCase(PayoutState.Creating, "asked")]
    [TestCase(PayoutState.Created, "asked")]
    [TestCase(PayoutState.Starting, "asked")]
    [TestCase(PayoutState.Initiating, "asked")]
    [TestCase(PayoutState.Started, "asked")]
    [TestCase(PayoutState.Ready, "asked")]
    [TestCase(PayoutState.Confirming, TooLate)]
    [TestCase(PayoutState.Confirmed, TooLate)]
    [TestCase(PayoutState.Cancelling, "asked")]
    [TestCase(PayoutState.Paid, IsFinal)]
    [TestCase(PayoutState.Failed, IsFinal)]
    [TestCase(PayoutState.Cancelled, IsFinal)]
    [TestCase(PayoutState.Rejected, IsFinal)]
    [TestCase(PayoutState.Returned, IsFinal)]
    public async Task Cancel(PayoutState state, string expected) =>
        await AssertAsync("request_cancel", await Db.PayoutAsync(state), expected, "cancel");

    [TestCase(PayoutState.New, "before_money", "asked")]
    [TestCase(PayoutState.Ready, "before_money", "asked")]
    [TestCase(PayoutState.Started, "mismatch", "asked")]
    [TestCase(PayoutState.Starting, "outcome_unknown", "asked")]
    [TestCase(PayoutState.Initiating, "outcome_unknown", OutcomeUnknown)]
    [TestCase(PayoutState.Confirming, "outcome_unknown", TooLate)]
    [TestCase(PayoutState.Confirmed, "mismatch", TooLate)]
    public async Task Cancel_of_what_is_held(PayoutState from, string kind, string expected) =>
        await AssertAsync("request_cancel", await Db.PayoutAsync(PayoutState.Held, from, kind), expected, "cancel");

    [TestCase(PayoutState.New, "asked")]
    [TestCase(PayoutState.Creating, "asked")]
    [TestCase(PayoutState.Created, "asked")]
    [TestCase(PayoutState.Starting, "asked")]
    [TestCase(PayoutState.Started, "asked")]
    [TestCase(PayoutState.Ready, "asked")]
    [TestCase(PayoutState.Initiating, TooLate)]
    [TestCase(PayoutState.Confirming, TooLate)]
    [TestCase(PayoutState.Confirmed, TooLate)]
    [TestCase(PayoutState.Cancelling, TooLate)]
    [TestCase(PayoutState.Held, "is held")]
    [TestCase(PayoutState.Paid, IsFinal)]
    [TestCase(PayoutState.Failed, IsFinal)]
    [TestCase(PayoutState.Cancelled, IsFinal)]
    [TestCase(PayoutState.Rejected, IsFinal)]
    [TestCase(PayoutState.Returned, IsFinal)]
    public async Task Hold(PayoutState state, string expected) =>
        await AssertAsync("request_hold", await Db.PayoutAsync(state), expected, "hold");

    [TestCase(PayoutState.New, NotHeld)]
    [TestCase(PayoutState.Initiating, NotHeld)]
    [TestCase(PayoutState.Confirmed, NotHeld)]
    [TestCase(PayoutState.Paid, IsFinal)]
    [TestCase(PayoutState.Rejected, IsFinal)]
    public async Task Release_of_what_is_not_held(PayoutState state, string expected) =>
        await AssertAsync("request_release", await Db.PayoutAsync(state), expected, "hold");

    [TestCase(PayoutState.New, "before_money")]
    [TestCase(PayoutState.Created, "before_money")]
    [TestCase(PayoutState.Ready, "before_money")]
    [TestCase(PayoutState.Starting, "outcome_unknown")]
    [TestCase(PayoutState.Initiating, "outcome_unknown")]
    [TestCase(PayoutState.Confirming, "outcome_unknown")]
    [TestCase(PayoutState.Cancelling, "outcome_unknown")]
    public async Task Release_goes_back_to_where_it_was(PayoutState from, string kind)
    {
        var id = await Db.PayoutAsync(PayoutState.Held, from, kind);
        await Db.ExecuteAsync("UPDATE payouts.outbox SET reason = 'r' WHERE id = @id", new { id });
        Assert.That(await AskAsync("request_release", id), Is.EqualTo("released"));
        Assert.That(
            await Db.ScalarAsync<string>(
                """
                SELECT
                    (w.state, w.held_from, w.held_kind, w.fence, w.claims, w.due_at <= now(), o.state, o.reason)::text
                FROM payouts.work AS w JOIN payouts.outbox AS o ON o.id = w.id WHERE w.id = @id
                """,
                new { id }
            ),
            Is.EqualTo($"({from.Text()},,,1,0,t,,)")
        );
    }

    [Test]
    public async Task What_the_bank_shows_differently_is_never_released()
    {
        var id = await Db.PayoutAsync(PayoutState.Held, PayoutState.Started, "mismatch");
        await AssertAsync("request_release", id, Mismatch, "hold");
        Assert.That(await Db.StateAsync(id), Is.EqualTo("held"));
    }

    [Test]
    public async Task A_hold_that_is_only_asked_for_can_be_taken_back()
    {
        var id = await Db.PayoutAsync(PayoutState.Started);
        await AskAsync("request_hold", id);
        Assert.That(await AskAsync("request_release", id), Is.EqualTo("released"));
        Assert.That(await FlagAsync("hold", id), Is.False);
        Assert.That(
            await Db.ListAsync<string>("SELECT why FROM payouts.event WHERE payout_id = @id ORDER BY id", new { id }),
            Is.EqualTo(new[] { "hold asked: test", "released: test" })
        );
    }

    [TestCase("request_cancel")]
    [TestCase("request_hold")]
    [TestCase("request_release")]
    public void A_key_that_nobody_ordered_is_an_error(string function) =>
        Assert.That(Refusal(() => AskAsync(function, "no such key")).SqlState, Is.EqualTo(NoSuchPayout));

    [Test]
    public async Task A_request_waits_for_whoever_writes_the_payout_and_sees_what_was_written()
    {
        var id = await Db.PayoutAsync(PayoutState.Ready);
        await using var connection = await Db.Worker.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(
            "UPDATE payouts.work SET state = 'confirming' WHERE id = @id",
            new { id },
            transaction
        );
        var asked = Task.Run(() => AskAsync("request_cancel", id));
        await Db.WaitForWaiterAsync();
        await transaction.CommitAsync();
        Assert.That(Refusal(() => asked).SqlState, Is.EqualTo(TooLate));
    }

    private async Task AssertAsync(string function, long id, string expected, string flag)
    {
        var state = await Db.StateAsync(id);
        if (expected.StartsWith("PW", StringComparison.Ordinal))
        {
            Assert.That(Refusal(() => AskAsync(function, id)).SqlState, Is.EqualTo(expected));
            Assert.That(await FlagAsync(flag, id), Is.False);
            return;
        }
        Assert.That(await AskAsync(function, id), Is.EqualTo(expected));
        Assert.That(await Db.StateAsync(id), Is.EqualTo(state), "the worker moves it");
        if (expected != "asked")
            return;
        Assert.That(await FlagAsync(flag, id), Is.True);
        Assert.That(
            await Db.ListAsync<(string, string)>(
                "SELECT who, why FROM payouts.event WHERE payout_id = @id",
                new { id }
            ),
            Is.EqualTo(new[] { ("payouts_erp", $"{flag} asked: test") })
        );
    }

    private async Task<string> AskAsync(string function, long id) =>
        await AskAsync(
            function,
            await Db.ScalarAsync<string>("SELECT erp_key FROM payouts.outbox WHERE id = @id", new { id })
        );

    private async Task<string> AskAsync(string function, string key)
    {
        await using var erp = await Db.Erp.OpenConnectionAsync();
        return (await erp.ExecuteScalarAsync<string>($"SELECT payouts.{function}(@key, 'test')", new { key }))!;
    }

    private Task<bool> FlagAsync(string flag, long id) =>
        Db.ScalarAsync<bool>($"SELECT {flag} FROM payouts.work WHERE id = @id", new { id });
}
