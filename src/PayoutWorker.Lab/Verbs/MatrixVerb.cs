using System.CommandLine;
using PayoutWorker.Lab.Matrix;

namespace PayoutWorker.Lab.Verbs;

/// <summary><c>matrix</c>: every single fault at every phase, and the page that says what came of it.</summary>
internal static class MatrixVerb
{
    public static Command Create()
    {
        var cell = new Option<string?>("--cell")
        {
            Description = "Run this cell only, e.g. F3:Start:TwoStep, and print everything that happens",
        };
        var command = new Command("matrix", "Plant every single fault at every phase, and write docs/fault-matrix.md")
        {
            cell,
        };
        command.SetAction((parsed, token) => parsed.GetValue(cell) is { } one ? RunOneAsync(one) : RunAllAsync(token));
        return command;
    }

    private static async Task<int> RunOneAsync(string name)
    {
        var parts = name.Split(':');
        var (phase, way) = (Enum.Parse<Phase>(parts[1], ignoreCase: true), Enum.Parse<Way>(parts[2], ignoreCase: true));
        var cell = MatrixRows.Crashes.Concat(MatrixRows.Faults).First(row => row.Name == parts[0]).Cells[phase].Of(way);
        var result = CellRun.Run(cell, phase, way, tracing: true);
        foreach (var line in result.Trace)
            await Console.Out.WriteLineAsync(line);
        foreach (var problem in result.Problems)
            await Console.Out.WriteLineAsync(problem);
        return result.Problems.Count == 0 ? 0 : 1;
    }

    private static async Task<int> RunAllAsync(CancellationToken cancellationToken)
    {
        var tried = MatrixRun.Run([.. MatrixRows.Crashes, .. MatrixRows.Faults], cancellationToken);
        var bad = tried.Where(one => one.Result is { Problems.Count: > 0 }).ToArray();
        foreach (var one in bad)
            await Console.Out.WriteLineAsync(
                $"{one.Row.Name}:{one.Phase}:{one.Way} {one.Cell.Codes}: {string.Join("; ", one.Result!.Problems)}"
            );
        await Console.Out.WriteLineAsync($"{tried.Count(one => one.Result is not null)} cells run, {bad.Length} wrong");
        return bad.Length == 0 ? 0 : 1;
    }
}
