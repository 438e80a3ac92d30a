using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;
using PayoutWorker.AtRest;
using PayoutWorker.Decisions;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.Watching;

/// <summary>Raises the alarms that no single payout's step can see: time that runs out, and webhooks that are refused.</summary>
internal sealed class WatchJob(
    NpgsqlDataSource database,
    Func<Policy> policy,
    RefusedWebhooks refused,
    AtRestWatch atRest,
    Counters counters,
    ILogger<WatchJob> logger
)
{
    public async Task<string?> RunAsync(CancellationToken stopping)
    {
        await using var connection = await database.OpenConnectionAsync(stopping);
        var half = policy().Timings.ConfirmDeadline / 2;
        var waiting = await connection.QueryAsync<long>(
            new CommandDefinition(Sql.Text("watch_deadlines"), new { half }, cancellationToken: stopping)
        );
        var late = 0;
        foreach (var payoutId in waiting)
        {
            late++;
            Note(AlarmKind.ConfirmDeadline, payoutId);
        }
        var bad = refused.Take();
        if (bad > 0)
        {
            var text = $"{bad} webhooks without a good signature were refused";
            var alarm = new Alarm(AlarmKind.BadSignature, "webhooks", text);
            await Alarms.RaiseAsync(connection, null, [alarm], stopping);
            Note(alarm.Kind, null);
        }
        var rest = await atRest.RunAsync(stopping);
        return late + bad == 0
            ? rest
            : $"{late} payouts wait long for our confirm, {bad} webhooks were refused{(rest is null ? "" : $"; {rest}")}";
    }

    private void Note(string kind, long? payoutId)
    {
        counters.Alarm(kind);
        logger.Alarm(kind, payoutId);
    }
}

/// <summary>Counts refusals between two looks: an alarm for each would let a stranger write to the database.</summary>
internal sealed class RefusedWebhooks
{
    private int _count;

    public void Add() => Interlocked.Increment(ref _count);

    public int Take() => Interlocked.Exchange(ref _count, 0);
}
