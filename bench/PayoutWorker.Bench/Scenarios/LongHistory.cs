using Npgsql;
using PayoutWorker.Bench.Peers;
using PayoutWorker.Bench.Reporting;

namespace PayoutWorker.Bench.Scenarios;

/// <summary>Scenario 7: the claim beside a million open rows and ten million final ones, written straight into the tables.</summary>
internal static class LongHistory
{
    private const int Claims = 400;

    // Rows as the worker leaves them; triggers and their rules are not what is measured here.
    private static string Fill(int final, int open) =>
        $"""
            SET session_replication_role = replica;
            INSERT INTO payouts.outbox
                (erp_key, method, amount, sender_account, recipient_name, recipient_account, recipient_bik, purpose, state,
                 project, bank_session_id, bank_payout_id, finished_at)
            SELECT 'F-' || n, 'account', 350000, '40702810300200000013', 'Petrov Petr Petrovich',
                   '40817810' || lpad(n::text, 12, '0'), '044525974', 'Fee under contract 12. VAT exempt', 'paid',
                   'main', 'ps_' || n, 'po_' || n, now() - interval '1 day'
            FROM generate_series(1, {final}) AS n;
            INSERT INTO payouts.outbox
                (erp_key, method, amount, sender_account, recipient_name, recipient_account, recipient_bik, purpose)
            SELECT 'O-' || n, 'account', 350000, '40702810300200000013', 'Petrov Petr Petrovich',
                   '40817810' || lpad(n::text, 12, '0'), '044525974', 'Fee under contract 12. VAT exempt'
            FROM generate_series(1, {open}) AS n;
            INSERT INTO payouts.work (id, due_at, method, flow, sender_account, priority)
            SELECT o.id, now(), 'account', 'two_step', o.sender_account, 0 FROM payouts.outbox AS o WHERE o.state IS NULL;
            RESET session_replication_role;
            """;

    public static async Task<Result> RunAsync(
        Bench bench,
        Peer peer,
        int round,
        int final,
        int open,
        CancellationToken cancellationToken
    )
    {
        var empty = await MeasureAsync(bench, peer, 0, Claims * 100, cancellationToken);
        var full = await MeasureAsync(bench, peer, final, open, cancellationToken);
        Dictionary<string, double> figures = [];
        Latencies.AddTo(figures, "claim beside nothing", empty);
        Latencies.AddTo(figures, "claim beside it all", full);
        figures["p99 ratio"] = figures["claim beside it all p99 ms"] / figures["claim beside nothing p99 ms"];
        figures["p50 ratio"] = figures["claim beside it all p50 ms"] / figures["claim beside nothing p50 ms"];
        return new Result(7, "", peer.Name, round) { Figures = figures };
    }

    private static async Task<IReadOnlyList<TimeSpan>> MeasureAsync(
        Bench bench,
        Peer peer,
        int final,
        int open,
        CancellationToken cancellationToken
    )
    {
        await using var ground = await bench.PrepareAsync(peer, BankBehaviour.Quick, cancellationToken);
        // In one session: the role of a replica is a setting of it.
        await ground.ExecuteAsync(Fill(final, open), cancellationToken);
        await ground.ExecuteAsync("VACUUM ANALYZE", cancellationToken);
        await ground.ExecuteAsync("CHECKPOINT", cancellationToken);
        var worker = ground.Server.ConnectionString(ground.Database, Lab.Postgres.PostgresRoles.Worker);
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(worker)
            {
                Options = Host.Run.DataSources.WorkerOptions,
                MaxAutoPrepare = 100,
                NoResetOnClose = true,
            }
        );
        var store = new Store.PostgresStore(source, "bench", TimeSpan.FromDays(1));
        var order = new Store.ClaimOrder(
            64,
            TimeSpan.FromMinutes(10),
            [new Projects.Route(Payouts.Method.Account, null, "main")],
            [],
            int.MaxValue,
            Suspects: false,
            TimeSpan.Zero,
            int.MaxValue
        );
        List<TimeSpan> waits = [];
        for (var n = 0; n < Claims + 20; n++)
        {
            var began = TimeProvider.System.GetTimestamp();
            var claimed = await store.ClaimAsync(order, cancellationToken);
            if (n >= 20)
                waits.Add(TimeProvider.System.GetElapsedTime(began));
            if (claimed.Count != 64)
                throw new InvalidOperationException($"expected a claim of 64, got {claimed.Count}");
            // On to the next state, or the claims would measure their own heap of rows in creating.
            await ground.ExecuteAsync("DELETE FROM payouts.work WHERE state = 'creating'", cancellationToken);
        }
        return waits;
    }
}
