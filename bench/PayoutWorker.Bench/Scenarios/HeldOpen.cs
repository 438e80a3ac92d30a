using System.Diagnostics;
using PayoutWorker.Bench.Machine;
using PayoutWorker.Bench.Peers;
using PayoutWorker.Bench.Reporting;

namespace PayoutWorker.Bench.Scenarios;

/// <summary>
/// Scenario 8: somebody keeps a transaction open for minutes, a report or a forgotten psql, so that nothing dead can be
/// cleaned up; and how the rate holds while it does.
/// </summary>
internal static class HeldOpen
{
    public static async Task<Result> RunAsync(
        Bench bench,
        Peer peer,
        int round,
        TimeSpan time,
        CancellationToken cancellationToken
    )
    {
        var ground = await bench.PrepareAsync(peer, BankBehaviour.Quick, cancellationToken);
        await using var measured = new Measured(peer, ground);
        await measured.StartAsync(1, cancellationToken);
        await measured.WarmUpAsync(cancellationToken);
        await measured.InsertAsync((int)(time.TotalSeconds * 1500), cancellationToken);
        var free = await RateAsync(time / 3);
        var memory = Cpu.MegabytesOf(measured.Processes[0].Id);
        await using var connection = await ground.Admin.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.RepeatableRead,
            cancellationToken
        );
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = "SELECT count(*) FROM payouts.node";
            if (peer is not Product)
                command.CommandText = "SELECT count(*) FROM peer.call WHERE payout_id = 0";
            await command.ExecuteScalarAsync(cancellationToken);
        }
        await Task.Delay(time * 2 / 3, cancellationToken);
        var held = await RateAsync(time / 3);
        return new Result(8, "", peer.Name, round)
        {
            Figures = new()
            {
                ["payouts/s"] = free,
                ["payouts/s at its end"] = held,
                ["rate lost"] = 1 - held / free,
                ["dead rows"] = await ground.ScalarAsync<long>(
                    "SELECT coalesce(sum(n_dead_tup), 0)::bigint FROM pg_stat_user_tables",
                    cancellationToken
                ),
                ["memory MB"] = memory,
                ["memory MB at its end"] = Cpu.MegabytesOf(measured.Processes[0].Id),
            },
        };

        async Task<double> RateAsync(TimeSpan span)
        {
            var (before, began) = (await peer.PaidAsync(ground, cancellationToken), Stopwatch.GetTimestamp());
            await Task.Delay(span, cancellationToken);
            var paid = await peer.PaidAsync(ground, cancellationToken) - before;
            return paid / Stopwatch.GetElapsedTime(began).TotalSeconds;
        }
    }
}
