using Dapper;
using Npgsql;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>A write that cannot be done fails alone; those that travel with it are committed.</summary>
internal sealed class PoisonedWriteTests : DatabaseTest
{
    [Test]
    public async Task A_write_that_the_database_refuses_fails_alone()
    {
        var known = await Db.PayoutAsync(PayoutState.Started);
        var poisoned = await Db.PayoutAsync(PayoutState.Creating);
        await AssertFailsAloneAsync<PostgresException>(
            poisoned,
            p => new Change { To = PayoutState.Created, Session = p.Session! with { BankId = Forge.SessionId(known) } },
            e => Assert.That(e.ConstraintName, Is.EqualTo("bank_session_by_session_id"))
        );
        Assert.That(await Db.StateAsync(poisoned), Is.EqualTo("creating"));
    }

    [Test]
    public async Task An_illegal_move_is_refused_by_the_program_and_fails_alone()
    {
        var poisoned = await Db.PayoutAsync(PayoutState.Created);
        await AssertFailsAloneAsync<InvalidOperationException>(
            poisoned,
            p => new Change { To = PayoutState.Confirming, Why = "test" },
            e => Assert.That(e.Message, Does.Contain("cannot go from created to confirming"))
        );
        Assert.That(await Db.StateAsync(poisoned), Is.EqualTo("created"));
        Assert.That(
            await Db.ScalarAsync<long>(
                "SELECT count(*) FROM payouts.event WHERE payout_id = @poisoned",
                new { poisoned }
            ),
            Is.Zero
        );
    }

    [Test]
    public async Task A_decision_that_throws_fails_alone() =>
        await AssertFailsAloneAsync<InvalidOperationException>(
            await Db.PayoutAsync(PayoutState.Created),
            _ => throw new ArgumentException("bad luck"),
            e => Assert.That(e.Message, Does.Contain("bad luck"))
        );

    [Test]
    public async Task A_payout_that_a_newer_version_wrote_fails_alone()
    {
        var poisoned = await Db.PayoutAsync(PayoutState.Created);
        await Db.ExecuteAsync(
            """
            SET session_replication_role = replica;
            UPDATE payouts.work SET state = 'frozen' WHERE id = @poisoned;
            RESET session_replication_role;
            """,
            new { poisoned }
        );
        await AssertFailsAloneAsync<FormatException>(
            poisoned,
            Rules.Next,
            e => Assert.That(e.Message, Does.Contain("frozen"))
        );
    }

    [Test]
    public async Task A_payout_never_has_two_sessions_that_may_pay()
    {
        var id = await Db.PayoutAsync(PayoutState.Started);
        await using var worker = await Db.Worker.OpenConnectionAsync();
        Task Arm() =>
            worker.ExecuteAsync(
                "INSERT INTO payouts.bank_session (payout_id, n, session_id, state) VALUES (@id, 2, 'x', 'armed')",
                new { id }
            );
        Assert.That(Refusal(Arm).ConstraintName, Is.EqualTo("one_armed_session_per_payout"));
        Assert.That(
            async () =>
                await Db.Store()
                    .WriteAsync(
                        id,
                        p => new Change
                        {
                            To = p.State,
                            Session = new BankSession(2, "x", SessionUse.Armed, null, null),
                        }
                    ),
            Throws.TypeOf<PostgresException>().With.Property("ConstraintName").EqualTo("one_armed_session_per_payout")
        );
        await worker.ExecuteAsync("UPDATE payouts.bank_session SET state = 'dead' WHERE payout_id = @id", new { id });
        await Arm();
    }

    private async Task AssertFailsAloneAsync<TException>(
        long poisoned,
        Func<Payout, Change?> poison,
        Action<TException> check
    )
        where TException : Exception
    {
        var (a, b) = (await Db.PayoutAsync(PayoutState.Starting), await Db.PayoutAsync(PayoutState.Starting));
        var tasks = await OneSet.WriteAsync(Db, Db.Store(), (a, Fine), (poisoned, poison), (b, Fine));
        check(Assert.ThrowsAsync<TException>(async () => await tasks[1])!);
        await Task.WhenAll(tasks[0], tasks[2]);
        Assert.That((await Db.StateAsync(a), await Db.StateAsync(b)), Is.EqualTo(("started", "started")));
    }

    private static Change Fine(Payout payout) => new() { To = PayoutState.Started, Why = "test" };
}
