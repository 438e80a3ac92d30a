using Dapper;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>Stop switches: after payouts.stop has returned, nothing that could lead to money begins.</summary>
internal sealed class StopTests : DatabaseTest
{
    private const string Sender = "40702810300200000013";

    [TestCase("all", "")]
    [TestCase("project", "main")]
    [TestCase("account", Sender)]
    [TestCase("method", "account")]
    public async Task A_stop_keeps_the_next_call_back_and_lets_questions_and_cancels_go_on(string scope, string value)
    {
        PayoutState[] stopped = [PayoutState.New, PayoutState.Creating, PayoutState.Created, PayoutState.Ready];
        var open = Enum.GetValues<PayoutState>().Where(state => !state.IsFinal()).ToArray();
        foreach (var state in open)
            await Db.PayoutAsync(state);
        List<long> asked = [];
        foreach (var state in stopped)
            asked.Add(await Db.PayoutAsync(state));
        await Db.ExecuteAsync("UPDATE payouts.work SET cancel = true WHERE id = ANY (@asked)", new { asked });
        await StopAsync(scope, value);

        var claimed = await Db.Store().ClaimAsync(Rules.Claim, default);
        Assert.That(
            claimed.Where(one => !asked.Contains(one.Payout.Id)).Select(one => one.Found),
            Is.EquivalentTo(open.Except(stopped))
        );
        Assert.That(claimed.Select(one => one.Payout.Id), Is.SupersetOf(asked), "what is to be cancelled");
        Assert.That(claimed.All(one => one.Payout.Stopped), Is.True);

        await Db.ExecuteAsync("SELECT payouts.resume(@scope, @value, 'test')", new { scope, value });
        var woken = await Db.Store().ClaimAsync(Rules.Claim, default);
        Assert.That(woken.Select(one => one.Found), Is.EquivalentTo(stopped));
    }

    [TestCase("project", "cards")]
    [TestCase("account", "40702810300200000014")]
    [TestCase("method", "card")]
    public async Task A_stop_of_others_stops_nothing_here(string scope, string value)
    {
        await Db.InsertAsync(new OrderRow("k"));
        await StopAsync(scope, value);
        Assert.That(await Db.Store().ClaimAsync(Rules.Claim, default), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Resuming_wakes_what_had_been_put_off_because_of_the_stop()
    {
        var id = await Db.PayoutAsync(PayoutState.Ready);
        var store = Db.Store();
        var claimed = (await store.ClaimAsync(Rules.Claim, default)).Single();
        await StopAsync("all", "");
        var written = await store.WriteAsync(id, Rules.Next);
        Assert.That(written.Change!.DueIn, Is.EqualTo(Rules.Policy.Timings.StoppedPause));
        Assert.That(await store.ClaimAsync(Rules.Claim, default), Is.Empty);
        await Db.ExecuteAsync("SELECT payouts.resume('all', '', 'test')");
        Assert.That(await store.ClaimAsync(Rules.Claim, default), Has.Count.EqualTo(1));
        Assert.That(claimed.Payout.Stopped, Is.False);
    }

    [Test]
    public async Task Resuming_says_whether_there_was_such_a_stop()
    {
        const string resume = "SELECT payouts.resume('all', '', 'test')";
        Assert.That(await Db.ScalarAsync<bool>(resume), Is.False);
        await StopAsync("all", "");
        await StopAsync("all", "");
        Assert.That(await Db.ScalarAsync<long>("SELECT count(*) FROM payouts.switch"), Is.EqualTo(1));
        Assert.That(await Db.ScalarAsync<bool>(resume), Is.True);
        Assert.That(await Db.ScalarAsync<bool>(resume), Is.False);
    }

    [Test]
    public async Task A_claim_waits_for_a_stop_that_is_being_written()
    {
        await Db.InsertAsync(new OrderRow("k"));
        await using var connection = await Db.Worker.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("SELECT payouts.stop('all', '', 'test')", transaction: transaction);
        var claim = Task.Run(() => Db.Store().ClaimAsync(Rules.Claim, default));
        await Db.WaitForWaiterAsync();
        await transaction.CommitAsync();
        Assert.That(await claim, Is.Empty, "it begins after the stop");
    }

    [Test]
    public async Task A_write_waits_for_a_stop_that_is_being_written()
    {
        var id = await Db.PayoutAsync(PayoutState.Created);
        await using var connection = await Db.Worker.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("SELECT payouts.stop('all', '', 'test')", transaction: transaction);
        var write = Task.Run(() => Db.Store().WriteAsync(id, Rules.Next));
        await Db.WaitForWaiterAsync();
        await transaction.CommitAsync();
        Assert.That((await write).Change!.Intent, Is.Null);
    }

    [Test]
    public async Task No_intent_is_committed_after_a_stop_and_its_count_is_right()
    {
        const int rounds = 25;
        for (var round = 0; round < rounds; round++)
        {
            var created = await FreshAsync(round);
            var stores = new[] { Db.Store("a"), Db.Store("b") };
            // Claims intend create, writes intend start; the stop falls somewhere among them.
            var writes = created.Select((id, i) => Task.Run(() => stores[i % 2].WriteAsync(id, Rules.Next))).ToList();
            var claims = stores.Select(store => Task.Run(() => ClaimAllAsync(store))).ToArray();
            await writes[round % writes.Count];
            var counted = await StopAsync("all", "");
            await Task.WhenAll(writes);
            await Task.WhenAll(claims);
            var under = await Db.ScalarAsync<long>(
                "SELECT count(*) FROM payouts.work WHERE state IN ('creating', 'starting', 'initiating', 'confirming')"
            );
            var calls = await Db.ScalarAsync<long>("SELECT count(*) FROM payouts.bank_call");
            Assert.That((under, calls), Is.EqualTo((counted, counted)), $"round {round}");
        }
    }

    private static async Task ClaimAllAsync(PostgresStore store)
    {
        while ((await store.ClaimAsync(Rules.Claim with { Slots = 3 }, default)).Count > 0) { }
    }

    private async Task<IReadOnlyList<long>> FreshAsync(int round)
    {
        await Db.ExecuteAsync(
            """
            SELECT payouts.resume('all', '', 'test');
            DELETE FROM payouts.work;
            DELETE FROM payouts.bank_session;
            DELETE FROM payouts.bank_call;
            INSERT INTO payouts.outbox (erp_key, method, amount, sender_account)
            SELECT @round || '-' || i, 'account', 1, 'a' FROM generate_series(1, 60) AS i;
            WITH made AS (
                UPDATE payouts.work
                SET state = 'creating', project = 'main', session_n = 1, due_at = now() + interval '1 h'
                WHERE id % 2 = 0 RETURNING id
            )
            INSERT INTO payouts.bank_session (payout_id, n, session_id, state)
            SELECT id, 1, 's' || id, 'empty' FROM made;
            UPDATE payouts.work SET state = 'created' WHERE state = 'creating';
            """,
            new { round }
        );
        return await Db.ListAsync<long>("SELECT id FROM payouts.work WHERE state = 'created'");
    }

    private async Task<long> StopAsync(string scope, string value)
    {
        await using var connection = await Db.Worker.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<long>(
            "SELECT payouts.stop(@scope, @value, 'test')",
            new { scope, value }
        );
    }
}
