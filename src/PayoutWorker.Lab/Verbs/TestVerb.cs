using System.CommandLine;
using PayoutWorker.Lab.Browsers;
using PayoutWorker.Lab.Examples;
using PayoutWorker.Lab.Postgres;
using PayoutWorker.Lab.Testing;

namespace PayoutWorker.Lab.Verbs;

/// <summary><c>test [filter]</c>: every test project, and one line that sums them up.</summary>
internal static class TestVerb
{
    public static Command Create()
    {
        var filter = new Argument<string?>("filter")
        {
            Description = "Part of a test's full name, or a filter expression (Name=..., FullyQualifiedName~...)",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("test", "Run all tests, or those that a filter names") { filter };
        command.SetAction((parsed, token) => RunAsync(parsed.GetValue(filter), token));
        return command;
    }

    private static async Task<int> RunAsync(string? filter, CancellationToken cancellationToken)
    {
        // Here and not in the tests: the projects would race for it.
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(PostgresServer.AddressVariable)))
        {
            await PostgresBinaries.EnsureAsync(
                allowInstall: Environment.IsPrivilegedProcess,
                Console.Out,
                cancellationToken
            );
        }

        await Chromium.EnsureAsync(Environment.IsPrivilegedProcess, Console.Out, cancellationToken);
        await ErpClients.EnsureAsync(Environment.IsPrivilegedProcess, Console.Out, cancellationToken);
        var summary = await new TestRun(RepositoryRoot.Find()).RunAsync(filter, Console.Out, cancellationToken);
        await summary.WriteAsync(Console.Out);
        return summary.IsSuccess ? 0 : 1;
    }
}
