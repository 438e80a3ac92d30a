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
        var cell = MatrixRows.All.First(row => row.Name == parts[0]).Cells[phase].Of(way);
        var result = CellRun.Run(cell, phase, way, tracing: true);
        foreach (var line in result.Trace)
            await Console.Out.WriteLineAsync(line);
        foreach (var problem in result.Problems)
            await Console.Out.WriteLineAsync(problem);
        return result.Problems.Count == 0 ? 0 : 1;
    }

    private static async Task<int> RunAllAsync(CancellationToken cancellationToken)
    {
        var root = RepositoryRoot.Find();
        var tried = MatrixRun.Run(MatrixRows.All, cancellationToken);
        var wrongs = MatrixRun.Wrongs(tried, root);
        foreach (var wrong in wrongs)
            await Console.Out.WriteLineAsync(wrong);
        await File.WriteAllTextAsync(Path.Combine(root, MatrixPage.Path), MatrixPage.Of(tried), cancellationToken);
        await Console.Out.WriteLineAsync(
            $"{tried.Count(one => one.Result is not null)} cells run, {wrongs.Count} wrong; {MatrixPage.Path} is written"
        );
        return wrongs.Count == 0 ? 0 : 1;
    }
}
