using PayoutWorker.Lab;

namespace PayoutWorker.Bench.Peers;

/// <summary>The product and its peers, in the order in which they take turns.</summary>
internal static class PeerList
{
    public const string Bare = "B";

    public static IReadOnlyList<Peer> All { get; } =
    [
        Product.BuiltIn,
        new OnPeerTables(Bare, Own("bare")) { Concurrency = Product.Concurrency },
        new OnPeerTables("R", Own("rows")),
        Node("pg-boss"),
        Node("graphile-worker"),
        Product.Hangfire,
        OnHangfire("N", "--steps"),
        OnHangfire("L", "--legs"),
    ];

    private static string[] Own(string kind) =>
        ["dotnet", Path.Combine(AppContext.BaseDirectory, "PayoutWorker.Bench.dll"), "peer", kind];

    private static OnPeerTables Node(string name)
    {
        var folder = Path.Combine(RepositoryRoot.Find(), "bench", "peers", "node");
        var missing = Directory.Exists(Path.Combine(folder, "node_modules")) ? null : $"run npm ci in {folder}";
        return new OnPeerTables(name, [Path.Combine(folder, "run"), name + ".mjs"], enqueues: true)
        {
            Installs = [Path.Combine(folder, "run"), name + ".mjs", "install"],
            Noop = [Path.Combine(folder, "run"), name + ".mjs", "noop"],
            WhyMissing = missing,
        };
    }

    private static OnPeerTables OnHangfire(string name, string how)
    {
        var program = Path.Combine(
            RepositoryRoot.Find(),
            "bench/PayoutWorker.Bench.Hangfire/bin/Release/net10.0/PayoutWorker.Bench.Hangfire.dll"
        );
        return new OnPeerTables(name, ["dotnet", program, how], enqueues: true)
        {
            Installs = ["dotnet", program, "install"],
            JobsSql = Product.HangfireJobs,
            WhyMissing = HangfireScheduling.HangfireModule.ReasonForAbsence,
        };
    }
}
