using PayoutWorker.Lab.Processes;

namespace PayoutWorker.Lab.Testing;

/// <summary>Runs the test projects of the solution, which are built already.</summary>
internal sealed class TestRun(string root)
{
    /// <summary>Runs all tests or those that the filter names; their output goes on to ours as it comes.</summary>
    public async Task<TestSummary> RunAsync(string? filter, TextWriter output, CancellationToken cancellationToken)
    {
        var results = Directory.CreateTempSubdirectory("payouts-lab-results-").FullName;
        ProcessGuard.Instance.WatchFolder(results);
        try
        {
            await using var run = ChildProcess.Start(Command(filter, results, output));
            var exitCode = await run.WaitForExitAsync(cancellationToken);
            return TrxFile.ReadFolder(results).WithExitCode(exitCode);
        }
        finally
        {
            Directory.Delete(results, recursive: true);
            ProcessGuard.Instance.ForgetFolder(results);
        }
    }

    /// <summary>A part of a name becomes an expression; an expression stays as it is.</summary>
    public static string? FilterExpression(string? filter) =>
        string.IsNullOrEmpty(filter) || filter.AsSpan().ContainsAny("=~!") ? filter : $"FullyQualifiedName~{filter}";

    private ChildProcessOptions Command(string? filter, string results, TextWriter output)
    {
        List<string> arguments =
        [
            "test",
            "PayoutWorker.sln",
            "--configuration",
            "Release",
            "--no-build",
            "--nologo",
            "--logger",
            "trx",
            "--results-directory",
            results,
            // One project after the other: they measure time, and files of one second would get one name.
            "-maxcpucount:1",
            "-nodeReuse:false",
        ];
        if (FilterExpression(filter) is { Length: > 0 } expression)
            arguments.AddRange(["--filter", expression]);
        return new ChildProcessOptions("dotnet", arguments)
        {
            WorkingDirectory = root,
            OnLine = output.WriteLine,
            StopsGroup = true,
        };
    }
}
