using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;
using PayoutWorker.Restores;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>After the database went back in time: keys that are met again, and what is asked before it is released.</summary>
internal sealed class GapTests : DatabaseTest
{
    [Test]
    public async Task A_create_without_an_answer_is_met_again_under_its_own_key()
    {
        var id = await Db.PayoutAsync(PayoutState.Creating);
        await Db.ScalarAsync<bool>("SELECT payouts.open_gap('test')");
        await Db.ScalarAsync<string>("SELECT payouts.release_gap('test')");
        var claimed = (await Db.Store().ClaimAsync(Rules.Claim, default)).Single();
        Assert.That(claimed.CreateIntended);
        Assert.That(claimed.Payout.Session!.N, Is.EqualTo(1), "under another number it would be paid again");
        Assert.That(
            await Db.ScalarAsync<long>("SELECT count(*) FROM payouts.bank_call WHERE payout_id = @id", new { id }),
            Is.EqualTo(1)
        );
    }

    [Test]
    public async Task A_create_whose_answer_is_known_to_be_unknown_stays_as_it_is()
    {
        var id = await Db.PayoutAsync(PayoutState.Creating);
        await Db.ExecuteAsync("UPDATE payouts.bank_call SET outcome = 'unknown' WHERE payout_id = @id", new { id });
        await Db.ScalarAsync<bool>("SELECT payouts.open_gap('test')");
        await Db.ScalarAsync<string>("SELECT payouts.release_gap('test')");
        Assert.That(await Db.StateAsync(id), Is.EqualTo("creating"));
    }

    [Test]
    public async Task A_session_that_the_bank_ended_does_not_keep_the_gap_open()
    {
        var id = await Db.PayoutAsync(PayoutState.New);
        await Db.ExecuteAsync(
            """
            INSERT INTO payouts.bank_session (payout_id, n, session_id, state) VALUES (@id, 1, 'ps_dead', 'dead');
            UPDATE payouts.work SET session_n = 1 WHERE id = @id
            """,
            new { id }
        );
        await Db.ScalarAsync<bool>("SELECT payouts.open_gap('test')");
        Assert.That(await Db.Store().ClaimAsync(Rules.Claim, default), Is.Empty, "nobody would ever ask about it");
        Assert.That(await Db.ScalarAsync<string>("SELECT payouts.release_gap('test')"), Is.EqualTo("released"));
    }

    [Test]
    public async Task What_is_held_with_an_unused_session_is_asked_about_first()
    {
        var id = await Db.PayoutAsync(PayoutState.Held, PayoutState.Created, "before_money");
        await Db.ScalarAsync<bool>("SELECT payouts.open_gap('test')");
        Assert.That(
            async () => await Db.ScalarAsync<string>("SELECT payouts.release_gap('test')"),
            Throws.InstanceOf<PostgresException>()
        );
        var claimed = (await Db.Store().ClaimAsync(Rules.Claim, default)).Single().Payout;
        Assert.That(
            Decisions.Decision.Next(claimed, Rules.Policy),
            Is.EqualTo(new Decisions.Act.Ask(Forge.SessionId(id)))
        );
    }

    [Test]
    public async Task What_one_person_said_about_an_earlier_hold_does_not_settle_a_later_one()
    {
        var id = await Db.PayoutAsync(PayoutState.Held, PayoutState.Starting);
        var key = await Db.ScalarAsync<string>("SELECT erp_key FROM payouts.outbox WHERE id = @id", new { id });
        await Db.ExecuteAsync(
            """
            INSERT INTO payouts.resolution (payout_id, outcome, evidence, proposed_by, proposed_at)
            VALUES (@id, 'failed', 'seen in spring', 'somebody else', now() - interval '1 day')
            """,
            new { id }
        );
        Assert.That(
            await Db.ScalarAsync<string>("SELECT payouts.resolve(@key, 'failed', 'seen now')", new { key }),
            Does.StartWith("proposed")
        );
    }

    [Test]
    public async Task A_gap_that_has_the_number_of_a_lost_one_can_be_released()
    {
        var memory = new DatabaseMemory(null, "w1", NullLogger<DatabaseMemory>.Instance);
        await using var connection = await Db.Worker.OpenConnectionAsync();
        await Db.ExecuteAsync(
            """
            INSERT INTO payouts.gap (found_by, reason, released_at) VALUES ('x', 'earlier', now());
            INSERT INTO payouts.event (payout_id, who, to_state, why) SELECT 1, 'x', 'new', 'y' FROM generate_series(1, 9)
            """
        );
        await memory.CheckAsync(connection);
        await Db.ExecuteAsync(
            """
            SET session_replication_role = replica;
            DELETE FROM payouts.event;
            DELETE FROM payouts.gap;
            ALTER TABLE payouts.gap ALTER COLUMN id RESTART;
            RESET session_replication_role
            """
        );
        await memory.CheckAsync(connection);
        Assert.That(
            await Db.ScalarAsync<long>("SELECT max(id) FROM payouts.gap WHERE released_at IS NULL"),
            Is.EqualTo(1)
        );
        await Db.ScalarAsync<string>("SELECT payouts.release_gap('test')");
        await memory.CheckAsync(connection);
        Assert.That(await Db.ScalarAsync<bool>("SELECT payouts.in_gap()"), Is.False, "it would open again for ever");
    }

    [Test]
    public async Task A_second_restore_while_a_gap_is_open_is_a_gap_of_its_own()
    {
        var id = await Db.PayoutAsync(PayoutState.Started);
        await Db.ScalarAsync<bool>("SELECT payouts.open_gap('first')");
        await Db.ExecuteAsync(
            """
            UPDATE payouts.gap SET found_at = now() - interval '3 hours', override_by = 'olga';
            UPDATE payouts.work SET heard_at = now() - interval '2 hours'
            """
        );
        await Db.ScalarAsync<bool>("SELECT payouts.open_gap('second')");
        Assert.That(
            async () => await Db.ScalarAsync<string>("SELECT payouts.release_gap('test')"),
            Throws.InstanceOf<PostgresException>().With.Message.Contains("1 payouts"),
            "what was heard before the second one is nothing"
        );
        Assert.That(
            await Db.ScalarAsync<string?>("SELECT override_by FROM payouts.gap WHERE released_at IS NULL"),
            Is.Null
        );
        Assert.That(await Db.ScalarAsync<bool>("SELECT payouts.open_gap('another worker saw it')"), Is.False);
        Assert.That(id, Is.Positive);
    }

    [TestCase(true, ExpectedResult = false)]
    [TestCase(false, ExpectedResult = true)]
    public async Task<bool> A_worker_without_a_memory_trusts_another_only_while_its_heart_beats(bool beats)
    {
        const string beat =
            "INSERT INTO payouts.node (name, version, scheduler) VALUES ('w2', '1', 'built-in') "
            + "ON CONFLICT (name) DO UPDATE SET heartbeat_at = clock_timestamp()";
        await Db.PayoutAsync(PayoutState.Started);
        await Db.ExecuteAsync(beat);
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, Guid.NewGuid().ToString("N"));
        var memory = new DatabaseMemory(file, "w1", NullLogger<DatabaseMemory>.Instance);
        var patience = beats ? TimeSpan.FromMinutes(1) : TimeSpan.FromMilliseconds(600);
        var meeting = memory.MeetOthersAsync(Db.Worker, patience, TimeProvider.System, default);
        while (beats && !meeting.IsCompleted)
            await Db.ExecuteAsync(beat);
        await meeting;
        await using var connection = await Db.Worker.OpenConnectionAsync();
        await memory.CheckAsync(connection);
        File.Delete(file);
        return await Db.ScalarAsync<bool>("SELECT payouts.in_gap()");
    }

    [Test]
    public async Task What_was_open_when_the_database_went_back_may_not_be_paid_again()
    {
        var before = await Db.PayoutAsync(PayoutState.New);
        await Db.ScalarAsync<bool>("SELECT payouts.open_gap('test')");
        await Db.ScalarAsync<string>("SELECT payouts.release_gap('test')");
        var after = await Db.PayoutAsync(PayoutState.New);
        await Db.ExecuteAsync(
            """
            DELETE FROM payouts.work;
            UPDATE payouts.outbox SET state = 'cancelled', finished_at = now()
            """
        );
        const string mayPayAgain = "SELECT may_pay_again FROM payouts.status WHERE payout_id = @id";
        Assert.That(await Db.ScalarAsync<bool>(mayPayAgain, new { id = before }), Is.False);
        Assert.That(await Db.ScalarAsync<bool>(mayPayAgain, new { id = after }), Is.True);
    }
}
