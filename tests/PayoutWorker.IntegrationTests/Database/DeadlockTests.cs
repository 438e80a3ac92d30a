using Dapper;
using Npgsql;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>Somebody locks payouts in another order than the worker does: one of the two must die.</summary>
internal sealed class DeadlockTests : InboxTest
{
    [Test]
    public async Task A_write_that_dies_in_a_deadlock_is_done_anew()
    {
        var (first, second) = (await PayoutAsync("a"), await PayoutAsync("b"));
        Assert.That((await FailAsync(first, second)).SqlState, Is.EqualTo(PostgresErrorCodes.DeadlockDetected));

        Assert.That((await WebhooksAsync()).Any(webhook => webhook.Applied || webhook.PutOff), Is.False);
        Assert.That((await Db.StateAsync(first), await Db.StateAsync(second)), Is.EqualTo(("confirmed", "confirmed")));

        Assert.That((await ApplyAsync()).Moved, Has.Count.EqualTo(2));
        Assert.That((await Db.StateAsync(first), await Db.StateAsync(second)), Is.EqualTo(("paid", "paid")));
    }

    // The worker holds the first and waits for the second, the other one the other way round. Who waits longer is who
    // finds it out, and dies.
    private async Task<PostgresException> FailAsync(long first, long second)
    {
        const string look = "SELECT FROM payouts.work WHERE id = @id FOR UPDATE";
        await using var person = await Db.Admin.OpenConnectionAsync();
        await person.ExecuteAsync("SET deadlock_timeout = '30s'");
        await using var transaction = await person.BeginTransactionAsync();
        await person.ExecuteAsync(look, new { id = second }, transaction);
        var applying = ApplyAsync();
        await Db.WaitForWaiterAsync();
        var waiting = person.ExecuteAsync(look, new { id = first }, transaction);
        var died = Assert.ThrowsAsync<PostgresException>(async () => await applying)!;
        await waiting;
        await transaction.RollbackAsync();
        return died;
    }

    private async Task<long> PayoutAsync(string key)
    {
        var order = new OrderRow(key);
        var id = await Db.PayoutAsync(PayoutState.Confirmed, order: order);
        await AddAsync(BankBody.Finished(Forge.SessionId(id), order));
        return id;
    }
}
