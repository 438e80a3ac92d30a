using Dapper;
using Npgsql;
using PayoutWorker.Decisions;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.Watching;

/// <summary>Raises the alarms that no single payout's step can see: time that runs out, and webhooks that are refused.</summary>
internal sealed class WatchJob(NpgsqlDataSource database, Func<Policy> policy, RefusedWebhooks refused)
{
    private static readonly string[] Kinds = [AlarmKind.BadSignature];
    private static readonly string[] Subjects = ["webhooks"];

    public async Task<string?> RunAsync(CancellationToken stopping)
    {
        await using var connection = await database.OpenConnectionAsync(stopping);
        var late = await connection.ExecuteAsync(
            new CommandDefinition(
                Sql.Text("watch_deadlines"),
                new { half = policy().Timings.ConfirmDeadline / 2 },
                cancellationToken: stopping
            )
        );
        var bad = refused.Take();
        if (bad > 0)
            await connection.ExecuteAsync(
                new CommandDefinition(
                    Sql.Text("raise_alarms"),
                    new
                    {
                        alarm_kinds = Kinds,
                        alarm_subjects = Subjects,
                        alarm_texts = (string[])[$"{bad} webhooks without a good signature were refused"],
                        alarm_payouts = (long?[])[null],
                    },
                    cancellationToken: stopping
                )
            );
        return late + bad == 0 ? null : $"{late} payouts wait long for our confirm, {bad} webhooks were refused";
    }
}

/// <summary>Counts refusals between two looks: an alarm for each would let a stranger write to the database.</summary>
internal sealed class RefusedWebhooks
{
    private int _count;

    public void Add() => Interlocked.Increment(ref _count);

    public int Take() => Interlocked.Exchange(ref _count, 0);
}
