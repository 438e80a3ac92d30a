using System.CommandLine;
using System.Diagnostics;
using PayoutWorker.Lab.Simulation;
using PayoutWorker.Lab.Simulation.Judging;

namespace PayoutWorker.Lab.Verbs;

/// <summary><c>simulate</c>: many payouts through faults picked by a seed, on virtual time; one seed with its log.</summary>
internal static class SimulateVerb
{
    private const int FailuresShown = 40;

    public static Command Create()
    {
        var seeds = new Option<int>("--seeds")
        {
            Description = "How many seeds to run",
            DefaultValueFactory = _ => 2_000,
        };
        var from = new Option<int>("--from") { Description = "The first seed", DefaultValueFactory = _ => 1 };
        var seed = new Option<int?>("--seed") { Description = "Run this seed only" };
        var trace = new Option<bool>("--trace") { Description = "With --seed: print everything that happens" };
        var command = new Command(
            "simulate",
            "Run many payouts through faults picked by a seed, and judge by the bank's ledger"
        )
        {
            seeds,
            from,
            seed,
            trace,
        };
        command.SetAction(
            (parsed, token) =>
                parsed.GetValue(seed) is { } one
                    ? RunOneAsync(one, parsed.GetValue(trace))
                    : RunManyAsync(parsed.GetValue(from), parsed.GetValue(seeds), token)
        );
        return command;
    }

    private static async Task<int> RunOneAsync(int seed, bool trace)
    {
        var result = SeedRun.Run(seed, trace);
        foreach (var line in result.Trace)
            await Console.Out.WriteLineAsync(line);
        foreach (var failure in result.Failures)
            await Console.Out.WriteLineAsync($"seed {seed}: {failure}");
        await Console.Out.WriteLineAsync(
            $"seed {seed}: {result.Steps} steps, {result.Coverage.Total} faults, "
                + (result.Failures.Count == 0 ? "good" : "FAILED")
        );
        return result.Failures.Count == 0 ? 0 : 1;
    }

    private static async Task<int> RunManyAsync(int from, int count, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var summary = SimulationSummary.Run(from, count, null, cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        foreach (var line in CoverageTable.Lines(summary.Coverage))
            await Console.Out.WriteLineAsync(line);
        foreach (var failed in summary.Failed.Take(FailuresShown))
            await Console.Out.WriteLineAsync($"seed {failed.Seed}: {string.Join("\n    ", failed.Failures)}");
        if (summary.Failed.Count > FailuresShown)
            await Console.Out.WriteLineAsync($"... and {summary.Failed.Count - FailuresShown} more");
        var gaps = CoverageTable.Gaps(summary.Coverage, count);
        foreach (var gap in gaps)
            await Console.Out.WriteLineAsync($"coverage: {gap}");
        await Console.Out.WriteLineAsync(
            $"{count} seeds from {from}: {summary.Failed.Count} failed; {summary.Coverage.Total} faults, "
                + $"{summary.Steps} steps; {count / seconds:F0} seeds/s, {count / seconds * 60:F0} a minute"
        );
        return summary.Failed.Count == 0 && gaps.Count == 0 ? 0 : 1;
    }
}
