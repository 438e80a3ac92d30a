using System.CommandLine;
using PayoutWorker.Bench.Peers;
using PayoutWorker.Bench.Reporting;
using PayoutWorker.Lab;
using PayoutWorker.Lab.Postgres;

namespace PayoutWorker.Bench.Scenarios;

/// <summary><c>bench</c>: measures, prints tables, and keeps each result in a file that a later run goes on from.</summary>
internal static class BenchVerb
{
    public static Command Create()
    {
        var scenario = new Option<int[]>("--scenario")
        {
            Description = "1 to 12; left out: all",
            AllowMultipleArgumentsPerToken = true,
        };
        var peer = new Option<string[]>("--peer")
        {
            Description = "product, B, R, pg-boss, graphile-worker, product-hangfire, N, L; left out: all",
            AllowMultipleArgumentsPerToken = true,
        };
        var rounds = new Option<int>("--rounds") { Description = "Rounds", DefaultValueFactory = _ => 3 };
        var quick = new Option<bool>("--quick") { Description = "A tenth of the work: only to see that it runs" };
        var profile = new Option<bool>("--profile")
        {
            Description = "Which table wrote how much of the log (scenario 2)",
        };
        var file = new Option<string?>("--results")
        {
            Description = "The file of results; what stands in it is not measured again",
        };
        var command = new Command("bench", "Measure the worker against its peers and against the machine")
        {
            scenario,
            peer,
            rounds,
            quick,
            profile,
            file,
        };
        command.SetAction(
            (parsed, token) =>
                RunAsync(
                    new BenchOptions(
                        parsed.GetValue(rounds),
                        parsed.GetValue(peer) ?? [],
                        parsed.GetValue(scenario) ?? [],
                        parsed.GetValue(quick),
                        parsed.GetValue(profile)
                    ),
                    parsed.GetValue(file) ?? Path.Combine(RepositoryRoot.Find(), "artifacts", "bench", "results.jsonl"),
                    token
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(BenchOptions options, string file, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var results = new ResultFile(file);
        await using (var server = await PostgresServer.StartAsync(ServerOptions, cancellationToken))
        await using (var bench = new Bench(server, results, options))
        {
            foreach (var peer in PeerList.All.Where(peer => Wanted(options, peer) && peer.Missing is not null))
                Bench.Say($"{peer.Name} is left out: {peer.Missing}");
            Peer[] peers = [.. PeerList.All.Where(peer => Wanted(options, peer) && peer.Missing is null)];
            foreach (var plan in Plan.All.Where(p => options.Scenarios is [] || options.Scenarios.Contains(p.Scenario)))
                await plan.RunAsync(bench, peers, cancellationToken);
        }
        Tables.Write(results.All, Console.Out);
        return 0;
    }

    private static bool Wanted(BenchOptions options, Peer peer) =>
        options.Peers is [] || options.Peers.Contains(peer.Name);

    // Durable, as it ships; only what counts is added, and room for the log so that a checkpoint is nobody's bad luck.
    internal static PostgresServerOptions ServerOptions =>
        new()
        {
            Durable = true,
            Private = true,
            AllowInstall = Environment.IsPrivilegedProcess,
            Notices = Console.Error,
            Settings = new Dictionary<string, string>
            {
                ["shared_preload_libraries"] = "pg_stat_statements",
                ["pg_stat_statements.track_planning"] = "on",
                ["shared_buffers"] = "1GB",
                ["max_wal_size"] = "8GB",
                ["checkpoint_timeout"] = "30min",
            },
        };
}
