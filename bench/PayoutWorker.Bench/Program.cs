using System.CommandLine;
using PayoutWorker.Bench.Bare;
using PayoutWorker.Bench.Scenarios;

var root = new RootCommand("Measures the worker against its peers and against the machine.");
root.Add(BenchVerb.Create());

// The peers of our own are processes like the others: the benchmark starts this program again.
var peer = new Command("peer", "A peer's process; the benchmark starts it") { Hidden = true };
var kind = new Argument<string>("kind").AcceptOnlyFromAmong("bare", "rows");
peer.Add(kind);
peer.SetAction(parsed => BareLoop.RunAsync(PeerSettings.Read(), inSets: parsed.GetValue(kind) == "bare"));
root.Add(peer);

try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (OperationCanceledException)
{
    return 130;
}
catch (Exception e) when (e is InvalidOperationException or TimeoutException or FileNotFoundException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
