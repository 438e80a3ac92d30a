using Npgsql;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Lab.Processes;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Planted;

/// <summary>
/// Naive choices that one worker alone does not notice. Each is planted in a database of its own and must be seen by a
/// check that the shipped schema passes.
/// </summary>
[NonParallelizable]
internal sealed class PlantedGuardTests
{
    [Test]
    public Task C2_The_same_order_inserted_again_becomes_a_second_payout() =>
        AssertSeenAsync(
            "ALTER TABLE payouts.outbox DROP CONSTRAINT erp_key_is_unique",
            null,
            async database =>
            {
                await database.InsertAsync(new OrderRow("k"));
                var again = await RefusedAsync(() => database.InsertAsync(new OrderRow("k")));
                return again && await database.ScalarAsync<long>("SELECT count(*) FROM payouts.work") == 1;
            }
        );

    [Test]
    public Task C5_Two_workers_claim_the_same_payout() =>
        AssertSeenAsync(
            null,
            ("claim_due", "FOR UPDATE OF w SKIP LOCKED", ""),
            async database =>
            {
                var id = await database.InsertAsync(new OrderRow("k"));
                // Both look at the row while somebody else holds it, and so at the same time.
                await using var connection = await database.Admin.OpenConnectionAsync();
                await using var transaction = await connection.BeginTransactionAsync();
                await using var hold = new NpgsqlCommand(
                    "SELECT FROM payouts.work FOR UPDATE",
                    connection,
                    transaction
                );
                await hold.ExecuteNonQueryAsync();
                var claims = new[] { "a", "b" }
                    .Select(owner => database.Store(owner).ClaimAsync(Rules.Claim, default))
                    .ToArray();
                await Poll.UntilAsync(
                    "both claims to be answered or to wait",
                    async _ => await WaitingAsync(database) + claims.Count(claim => claim.IsCompleted) >= 2,
                    TimeSpan.FromSeconds(20),
                    CancellationToken.None
                );
                await transaction.CommitAsync();
                var taken = (await Task.WhenAll(claims)).SelectMany(claim => claim).Count();
                taken += (await database.Store("c").ClaimAsync(Rules.Claim, default)).Count;
                return taken == 1 && id > 0;
            }
        );

    [Test]
    public Task D5_A_database_that_went_back_in_time_goes_on_paying() =>
        AssertSeenAsync(
            "CREATE OR REPLACE FUNCTION payouts.in_gap() RETURNS boolean LANGUAGE sql STABLE AS 'SELECT false'",
            null,
            async database =>
            {
                await database.InsertAsync(new OrderRow("k"));
                await database.ExecuteAsync("SELECT payouts.open_gap('restored')");
                return (await database.Store().ClaimAsync(Rules.Claim, default)).Count == 0;
            }
        );

    [Test]
    public Task O4_Somebody_writes_a_state_that_cannot_follow() =>
        AssertSeenAsync(
            "DROP TRIGGER move_is_legal ON payouts.work",
            null,
            async database =>
            {
                var id = await database.PayoutAsync(PayoutState.Confirming);
                return await RefusedAsync(() =>
                    database.ExecuteAsync("UPDATE payouts.work SET state = 'starting' WHERE id = @id", new { id })
                );
            }
        );

    [Test]
    public Task O5_The_amount_of_an_order_is_changed_after_it_was_approved() =>
        AssertSeenAsync(
            "DROP TRIGGER order_is_immutable ON payouts.outbox",
            null,
            async database =>
            {
                await database.InsertAsync(new OrderRow("k"));
                return await RefusedAsync(() =>
                    database.ExecuteAsync("UPDATE payouts.outbox SET amount = amount * 10")
                );
            }
        );

    [Test]
    public Task W5_A_word_that_comes_late_turns_paid_into_failed() =>
        AssertSeenAsync(
            "DROP TRIGGER result_is_legal ON payouts.outbox",
            null,
            async database =>
            {
                await database.PayoutAsync(PayoutState.Paid);
                return await RefusedAsync(() => database.ExecuteAsync("UPDATE payouts.outbox SET state = 'failed'"));
            }
        );

    private static async Task AssertSeenAsync(
        string? schema,
        (string Name, string From, string To)? statement,
        Func<TestDatabase, Task<bool>> check
    )
    {
        await using (var shipped = await TestDatabase.CreateAsync())
            Assert.That(await check(shipped), Is.True, "without the bug");
        await using var planted = await TestDatabase.CreateAsync();
        if (schema is not null)
            await planted.ExecuteAsync(schema);
        using var text = statement is { } s ? new PlantedStatement(s.Name, s.From, s.To) : null;
        Assert.That(await check(planted), Is.False, "with it");
    }

    private static async Task<bool> RefusedAsync(Func<Task> act)
    {
        try
        {
            await act();
            return false;
        }
        catch (PostgresException)
        {
            return true;
        }
    }

    private static async Task<int> WaitingAsync(TestDatabase database) =>
        (int)
            await database.ScalarAsync<long>(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            );
}
