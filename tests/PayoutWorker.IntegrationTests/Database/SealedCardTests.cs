using Microsoft.Extensions.Logging.Abstractions;
using PayoutWorker.AtRest;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>A sealed card number goes when no call can need it any more, and never before.</summary>
internal sealed class SealedCardTests : DatabaseTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromDays(7);

    [TestCase(PayoutState.Initiating, null, 8, false)]
    [TestCase(PayoutState.Held, PayoutState.Initiating, 8, false)]
    [TestCase(PayoutState.Held, PayoutState.Started, 8, false)]
    [TestCase(PayoutState.Started, null, 8, false)]
    [TestCase(PayoutState.Held, PayoutState.Initiating, 6, true)]
    [TestCase(PayoutState.Held, PayoutState.New, 8, true)]
    [TestCase(PayoutState.New, null, 8, true)]
    public async Task It_stays_as_long_as_it_may_be_sent(PayoutState state, PayoutState? from, int days, bool stays)
    {
        var id = await CardAsync(state, from);
        await SentAsync(id, days);
        await WatchAsync();
        Assert.That(await IsThereAsync(id), Is.EqualTo(stays));
    }

    [Test]
    public async Task A_send_that_provably_did_not_leave_takes_no_number_away()
    {
        var id = await CardAsync(PayoutState.Held, PayoutState.Initiating);
        await SentAsync(id, days: 8, sends: 0);
        await WatchAsync();
        Assert.That(await IsThereAsync(id), Is.True);
    }

    [Test]
    public async Task A_refused_init_of_an_earlier_session_takes_no_number_away()
    {
        var id = await CardAsync(PayoutState.Initiating, null);
        await SentAsync(id, days: 8);
        await Db.ExecuteAsync(
            """
            UPDATE payouts.bank_session SET state = 'dead';
            INSERT INTO payouts.bank_session (payout_id, n, state) VALUES (@id, 2, 'armed');
            INSERT INTO payouts.bank_call (payout_id, session_n, step, idempotency_key, intended_by)
            VALUES (@id, 2, 'init', 'k2', 'somebody');
            UPDATE payouts.work SET session_n = 2
            """,
            new { id }
        );
        await WatchAsync();
        Assert.That(await IsThereAsync(id), Is.True);
    }

    [Test]
    public async Task A_card_in_two_steps_keeps_its_number_for_a_new_session()
    {
        var id = await Db.PayoutAsync(PayoutState.Started, order: OrderRow.Card("C-2") with { Flow = "two_step" });
        await SentAsync(id, days: 8);
        await WatchAsync();
        Assert.That(await IsThereAsync(id), Is.True);
    }

    [Test]
    public async Task An_approved_card_stays_approved_when_its_number_goes()
    {
        await Db.SetRuleAsync(1);
        var id = await Db.InsertAsync(OrderRow.Card("C-1"));
        await Db.ApproveAsync("semyon", "C-1");
        await Db.MoveAsync(id, PayoutState.Ready);
        await SentAsync(id, days: 8);
        await WatchAsync();
        Assert.That(await IsThereAsync(id), Is.False);
        Assert.That(await IsVoidAsync(id), Is.False);
        await Db.TamperAsync("C-1", "amount = amount * 10");
        Assert.That(await IsVoidAsync(id), Is.True);
    }

    [Test]
    public async Task A_thousand_that_are_erased_already_do_not_hide_the_next()
    {
        await Db.ExecuteAsync(
            """
            INSERT INTO payouts.outbox (erp_key, method, amount, sealed_card, card_last4)
            SELECT 'C-' || n, 'card', 10000, repeat('x', 256)::bytea, '4940' FROM generate_series(1, 1001) AS n
            """
        );
        await Db.ExecuteAsync(
            """
            SET LOCAL session_replication_role = replica;
            UPDATE payouts.work SET state = 'initiating', session_n = 1, project = 'main';
            UPDATE payouts.outbox SET sealed_card = NULL WHERE erp_key <> 'C-1001';
            INSERT INTO payouts.bank_call (payout_id, session_n, step, idempotency_key, intended_by, sends, last_sent_at)
            SELECT id, 1, 'init', erp_key, 'somebody', 1, now() - interval '8 days' FROM payouts.outbox
            """
        );
        await WatchAsync();
        Assert.That(
            await Db.ScalarAsync<long>("SELECT count(*) FROM payouts.outbox WHERE sealed_card IS NOT NULL"),
            Is.Zero
        );
    }

    private async Task<bool> IsVoidAsync(long id) => (await Db.Store().ReadAsync([id], default)).Single().ApprovalVoid;

    private Task<long> CardAsync(PayoutState state, PayoutState? from) =>
        Db.PayoutAsync(state, from, order: OrderRow.Card("C-1"));

    private Task SentAsync(long id, int days, int sends = 1) =>
        Db.ExecuteAsync(
            """
            INSERT INTO payouts.bank_call (payout_id, session_n, step, idempotency_key, intended_by)
            SELECT w.id, w.session_n, 'init', 'k1', 'somebody' FROM payouts.work AS w WHERE w.id = @id
            ON CONFLICT DO NOTHING;
            UPDATE payouts.bank_call SET sends = @sends, last_sent_at = now() - @days * interval '1 day' WHERE payout_id = @id
            """,
            new
            {
                id,
                days,
                sends = (short)sends,
            }
        );

    private Task WatchAsync() =>
        new AtRestWatch(
            Db.Worker,
            BodyVault.Clear,
            Limit,
            TimeProvider.System,
            new Counters(),
            NullLogger<AtRestWatch>.Instance
        ).RunAsync(CancellationToken.None);

    private Task<bool> IsThereAsync(long id) =>
        Db.ScalarAsync<bool>("SELECT sealed_card IS NOT NULL FROM payouts.outbox WHERE id = @id", new { id });
}
