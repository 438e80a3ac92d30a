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
