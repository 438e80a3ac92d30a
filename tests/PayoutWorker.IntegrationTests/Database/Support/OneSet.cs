using Dapper;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.IntegrationTests.Database.Support;

/// <summary>Makes writes travel in one set: the flush before theirs is kept waiting until all are there.</summary>
internal static class OneSet
{
    /// <returns>The tasks of the writes, in order, none of them awaited.</returns>
    public static async Task<IReadOnlyList<Task<Written>>> WriteAsync(
        TestDatabase database,
        PostgresStore store,
        params (long Id, Func<Payout, Change?> Decide)[] writes
    )
    {
        var gate = await database.PayoutAsync(PayoutState.Started);
        await using var connection = await database.Admin.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(
            "SELECT FROM payouts.work WHERE id = @gate FOR UPDATE",
            new { gate },
            transaction
        );
        var first = store.WriteAsync(gate, _ => null);
        await database.WaitForWaiterAsync();
        Task<Written>[] tasks = [.. writes.Select(write => store.WriteAsync(write.Id, write.Decide))];
        await transaction.CommitAsync();
        await first;
        return tasks;
    }
}
