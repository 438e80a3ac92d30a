using PayoutWorker.Bench.Peers;
using PayoutWorker.Bench.Reporting;
using PayoutWorker.Bench.Scenarios;
using PayoutWorker.Lab.Postgres;

namespace PayoutWorker.Lab.Tests.Costs;

/// <summary>
/// The benchmark's cost card with generous bounds. It counts and times nothing, so a loaded machine hardly changes it;
/// a write that falls out of its set, or a wide row that is written once more, does.
/// </summary>
public sealed class CostCardTests
{
    [Test, CancelAfter(180_000)]
    public async Task A_payout_costs_few_statements_commits_flushes_and_little_log(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("payouts-cost-").FullName;
        try
        {
            var results = new ResultFile(Path.Combine(folder, "results.jsonl"));
            var options = new BenchOptions(Rounds: 1, Peers: [], Scenarios: [], Quick: true, Profile: false);
            await using var server = await PostgresServer.StartAsync(BenchVerb.ServerOptions, cancellationToken);
            await using var bench = new Bench.Scenarios.Bench(server, results, options);

            var card = await CostCard.RunAsync(bench, Product.BuiltIn, round: 1, count: 1000, cancellationToken);

            using (Assert.EnterMultipleScope())
            {
                Assert.That(card.Figures["statements"], Is.InRange(0.1, 3));
                Assert.That(card.Figures["commits"], Is.InRange(0.05, 1.5));
                Assert.That(card.Figures["fsyncs"], Is.InRange(0.02, 1));
                Assert.That(card.Figures["wal kB"], Is.InRange(4, 16));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
