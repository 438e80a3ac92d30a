using System.CommandLine;
using PayoutWorker.Lab.Processes;
using PayoutWorker.Lab.Testing;

namespace PayoutWorker.Lab.Verbs;

/// <summary><c>coverage</c>: the code that decides about money must be tested branch for branch.</summary>
internal static class CoverageVerb
{
    public static Command Create()
    {
        var command = new Command("coverage", "Measure the branches of decision, guard and signatures: all or failure");
        command.SetAction((_, token) => RunAsync(token));
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var results = Directory.CreateTempSubdirectory("payouts-lab-coverage-").FullName;
        ProcessGuard.Instance.WatchFolder(results);
        try
        {
            foreach (var project in CoverageCheck.Projects)
                if (await TestAsync(project, results, cancellationToken) != 0)
                    return 1;
            var files = CoverageCheck.Of(CoverageFile.ReadFolder(results));
            foreach (var file in files)
                await Console.Out.WriteLineAsync(
                    $"{file.Taken, 5} of {file.Branches, 5}  {file.Name}"
                        + (file.IsWhole ? "" : $"  MISSING at lines {string.Join(", ", file.Missing)}")
                );
            var missing = files.Count(file => !file.IsWhole);
            await Console.Out.WriteLineAsync(
                $"{files.Sum(file => file.Taken)} of {files.Sum(file => file.Branches)} branches and lines, "
                    + (missing == 0 ? "all" : $"{missing} files are not whole")
            );
            return missing == 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(results, recursive: true);
            ProcessGuard.Instance.ForgetFolder(results);
        }
    }

    private static async Task<int> TestAsync(string project, string results, CancellationToken cancellationToken)
    {
        await using var run = ChildProcess.Start(
            new ChildProcessOptions(
                "dotnet",
                [
                    "test",
                    Path.Combine("tests", project),
                    "--nologo",
                    "--verbosity",
                    "quiet",
                    "--collect",
                    "XPlat Code Coverage",
                    "--results-directory",
                    results,
                    "-nodeReuse:false",
                ]
            )
            {
                WorkingDirectory = RepositoryRoot.Find(),
                OnLine = Console.Out.WriteLine,
                StopsGroup = true,
            }
        );
        return await run.WaitForExitAsync(cancellationToken);
    }
}
