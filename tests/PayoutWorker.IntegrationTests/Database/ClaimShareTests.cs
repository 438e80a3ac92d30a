using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>How the free slots are shared, and what keeps whole projects or single payouts out.</summary>
internal sealed class ClaimShareTests : DatabaseTest
{
    [Test]
    public async Task Ready_payouts_are_not_kept_waiting_by_ten_thousand_new_ones()
    {
        await InsertAsync(10_000);
        for (var i = 0; i < 20; i++)
            await Db.PayoutAsync(PayoutState.Ready);
        Assert.That(Of(await ClaimAsync(20), PayoutState.Ready), Is.EqualTo(10));
    }

    [Test]
    public async Task New_payouts_are_not_kept_waiting_by_everything_else()
    {
        foreach (
            var state in Enum.GetValues<PayoutState>().Where(state => !state.IsFinal() && state != PayoutState.New)
        )
        {
            for (var i = 0; i < 15; i++)
                await Db.PayoutAsync(state);
        }
        await InsertAsync(50);
        Assert.That(Of(await ClaimAsync(20), PayoutState.New), Is.EqualTo(2));
    }

    [Test]
    public async Task Slots_that_nobody_else_needs_are_for_new_payouts()
    {
        await InsertAsync(50);
        await Db.PayoutAsync(PayoutState.Ready);
        Assert.That(Of(await ClaimAsync(20), PayoutState.New), Is.EqualTo(19));
    }

    [Test]
    public async Task A_project_with_enough_under_way_begins_nothing_new()
    {
        for (var i = 0; i < 3; i++)
            await Db.PayoutAsync(PayoutState.Started);
        await Db.ExecuteAsync("UPDATE payouts.work SET due_at = now() + interval '1 hour'");
        await InsertAsync(5);
        var card = await Db.InsertAsync(OrderRow.Card("c"));
        var full = await Db.Store().ClaimAsync(Rules.Claim with { InProgressMax = 3 }, default);
        Assert.That(full.Select(claimed => claimed.Payout.Id), Is.EqualTo(new[] { card }), "another project goes on");
        var free = await Db.Store().ClaimAsync(Rules.Claim with { InProgressMax = 4 }, default);
        Assert.That(free, Has.Count.EqualTo(5));
    }

    [Test]
    public async Task Nothing_of_a_paused_project_is_claimed()
    {
        foreach (var state in Enum.GetValues<PayoutState>().Where(state => !state.IsFinal()))
            await Db.PayoutAsync(state);
        var card = await Db.InsertAsync(OrderRow.Card("c"));
        var claimed = await Db.Store().ClaimAsync(Rules.Claim with { PausedProjects = ["main", "other"] }, default);
        Assert.That(claimed.Select(one => one.Payout.Id), Is.EqualTo(new[] { card }));
    }

    [Test]
    public async Task A_payout_claimed_five_times_without_a_result_is_claimed_alone()
    {
        var order = Rules.Claim with { Suspects = true, Slots = 1 };
        await Db.PayoutAsync(PayoutState.Ready);
        var suspects = new[] { await Db.PayoutAsync(PayoutState.New), await Db.PayoutAsync(PayoutState.Started) };
        await Db.ExecuteAsync("UPDATE payouts.work SET claims = 5 WHERE id = ANY (@suspects)", new { suspects });
        Assert.That(Of(await ClaimAsync(50), PayoutState.Ready), Is.EqualTo(1));
        Assert.That(await ClaimAsync(50), Is.Empty);
        var first = await Db.Store().ClaimAsync(order, default);
        var second = await Db.Store().ClaimAsync(order, default);
        Assert.That((first.Count, second.Count), Is.EqualTo((1, 1)), "one at a time, whatever its state");
        Assert.That(new[] { first[0].Payout.Id, second[0].Payout.Id }, Is.EquivalentTo(suspects));
    }

    [Test]
    public async Task A_state_of_a_newer_version_is_left_alone()
    {
        var id = await Db.PayoutAsync(PayoutState.Started);
        await Db.ExecuteAsync(
            """
            SET session_replication_role = replica;
            UPDATE payouts.work SET state = 'frozen' WHERE id = @id;
            RESET session_replication_role;
            """,
            new { id }
        );
        Assert.That(await ClaimAsync(50), Is.Empty);
    }

    private Task<IReadOnlyList<Claimed>> ClaimAsync(int slots) =>
        Db.Store().ClaimAsync(Rules.Claim with { Slots = slots }, default);

    private static int Of(IReadOnlyList<Claimed> claimed, PayoutState found) =>
        claimed.Count(one => one.Found == found);

    private Task InsertAsync(int rows) =>
        Db.ExecuteAsync(
            """
            INSERT INTO payouts.outbox (erp_key, method, amount, priority)
            SELECT 'k' || i, 'account', 1, 9 FROM generate_series(1, @rows) AS i
            """,
            new { rows }
        );
}
