using System.Diagnostics;
using PayoutWorker.Bench.Machine;
using PayoutWorker.Bench.Peers;
using PayoutWorker.Bench.Reporting;

namespace PayoutWorker.Bench.Scenarios;

/// <summary>Scenario 5: a hundred thousand in one transaction, then an urgent one behind them.</summary>
internal static class Backlog
{
    private const string Urgent = """
        INSERT INTO payouts.outbox
            (erp_key, method, amount, sender_account, recipient_name, recipient_account, recipient_bik, purpose, priority)
        VALUES ('URGENT', 'account', 1, $1, 'Petrov Petr Petrovich', '40817810999999999999', '044525974', 'Urgent', 10)
        """;

    public static async Task<Result> RunAsync(
        Bench bench,
        Peer peer,
        int round,
        int count,
        TimeSpan drained,
        CancellationToken cancellationToken
    )
    {
        var bank = BankBehaviour.Quick with { KeepsEvents = true };
        var ground = await bench.PrepareAsync(peer, bank, cancellationToken);
        await using var measured = new Measured(peer, ground);
        await measured.StartAsync(1, cancellationToken);
        await measured.WarmUpAsync(cancellationToken);
        var (began, at) = (Stopwatch.GetTimestamp(), TimeProvider.System.GetUtcNow());
        var first = await measured.InsertAsync(count, cancellationToken);
        var inserted = Stopwatch.GetElapsedTime(began);
        var memory = 0.0;
        DateTimeOffset? urgentAt = null;
        while (Stopwatch.GetElapsedTime(began) < drained)
        {
            memory = Math.Max(memory, measured.Processes.Sum(process => Cpu.MegabytesOf(process.Id)));
            if (urgentAt is null && peer is Product && Stopwatch.GetElapsedTime(began) > drained / 2)
            {
                await using var command = ground.Erp.CreateCommand(Urgent);
                command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = Ground.Sender });
                await command.ExecuteNonQueryAsync(cancellationToken);
                urgentAt = TimeProvider.System.GetUtcNow();
            }
            await Task.Delay(TimeSpan.FromMilliseconds(500), cancellationToken);
        }
        var paid = await peer.PaidAsync(ground, cancellationToken);
        var seen = await BankEvents.ReadAsync(ground, cancellationToken);
        Dictionary<string, double> figures = new()
        {
            ["insert s"] = inserted.TotalSeconds,
            ["first call s"] = (seen.All.Where(s => s.Created > at).Min(s => s.Created) - at).TotalSeconds,
            ["payouts/s"] = (paid - first + 1) / drained.TotalSeconds,
            ["memory MB"] = memory,
            ["connections"] = await ground.ScalarAsync<long>(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'payouts_worker'",
                cancellationToken
            ),
        };
        if (urgentAt is { } asked)
            figures["urgent to first call s"] = seen.OfPayee("40817810999999999999") is { } urgent
                ? Math.Max(0, (urgent.Created - asked).TotalSeconds)
                : double.PositiveInfinity;
        return new Result(5, "", peer.Name, round) { Figures = figures };
    }
}
