using System.Text.Json;
using PayoutWorker.Bench.Peers;
using PayoutWorker.Bench.Reporting;
using PayoutWorker.Lab.Processes;

namespace PayoutWorker.Bench.Scenarios;

/// <summary>Scenario 12: jobs that do nothing, to see whether an engine is set up as those who publish its rate set it up.</summary>
internal static class NoWork
{
    public static async Task<Result> RunAsync(
        Bench bench,
        Peer peer,
        int round,
        int count,
        CancellationToken cancellationToken
    )
    {
        await using var ground = await bench.PrepareAsync(peer, BankBehaviour.Quick, cancellationToken);
        var program = peer.Noop!;
        var ended = await ChildProcess.RunAsync(
            new ChildProcessOptions(program[0], [.. program.Skip(1), $"{count}"])
            {
                Environment = ground.PeerEnvironment(concurrency: 1),
            },
            cancellationToken
        );
        using var said = JsonDocument.Parse(ended.OrThrow().Output.Last(line => line.StartsWith('{')));
        return new Result(12, "", peer.Name, round)
        {
            Figures = new() { ["jobs/s"] = said.RootElement.GetProperty("rate").GetDouble() },
        };
    }
}
