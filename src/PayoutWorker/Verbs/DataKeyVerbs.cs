using System.CommandLine;
using System.Security.Cryptography;
using PayoutWorker.AtRest;
using PayoutWorker.Host.Configuration.Rules;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Host.Keys;
using PayoutWorker.Host.Run;

namespace PayoutWorker.Host.Verbs;

/// <summary><c>keys new-data</c> and <c>keys rewrap</c>: the keys that keep stored bodies unreadable to others.</summary>
internal static class DataKeyVerbs
{
    public static Command New()
    {
        var environment = new Option<BankEnvironment>("--environment")
        {
            Description = "demo or live; stands in the file",
            Required = true,
        };
        var folder = new Option<string>("--out")
        {
            Description = "folder for the file",
            Required = true,
            HelpName = "DIR",
        };
        var name = new Option<string>("--name") { Description = "first part of the file's name", Required = true };
        var command = new Command("new-data", "Make a key that wraps the keys of stored bodies.")
        {
            environment,
            folder,
            name,
        };
        command.SetAction(parsed =>
        {
            var called = parsed.GetValue(name)!;
            if (called.Length == 0 || called.AsSpan().ContainsAny('/', '\\') || called[0] == '.')
                throw new StartException($"--name: expected a plain name, found '{called}'", ExitCode.CheckFailed);
            var file = Make(parsed.GetValue(environment), parsed.GetValue(folder)!, called);
            var id = KeyRing.IdOf(CardRules.HashKey(File.ReadAllText(file))!);
            Console.Out.WriteLine(
                $"""
                key  {file}   for AtRest:KeyFiles, the newest first
                id   {id}

                Keep a copy where the database's backups are not. Without it, what it protects can never be read again.
                """
            );
            return ExitCode.Ok;
        });
        return command;
    }

    public static Command Rewrap()
    {
        var options = new CommonOptions();
        var command = new Command("rewrap", "Wrap every data key in the database with the current key.")
        {
            options.Config,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var (configuration, findings) = options.Read(parsed);
                var problems = findings.Problems.Where(problem => IsOurs(problem.Path)).ToArray();
                if (problems.Length > 0)
                    throw new StartException(CommonOptions.Text(problems));
                if (AtRestKeys.Of(configuration.AtRest) is not { } ring)
                    throw new StartException("AtRest:KeyFiles: expected a key to wrap with", ExitCode.CheckFailed);
                await using var database = DataSources.Plain(configuration.Database, "rewrap");
                return await DatabaseCheck.GuardedAsync(() => RunAsync(database, ring, cancellationToken));
            }
        );
        return command;
    }

    private static bool IsOurs(string path) =>
        path.StartsWith("Database:", StringComparison.Ordinal) || path.StartsWith("AtRest:", StringComparison.Ordinal);

    private static async Task<int> RunAsync(
        Npgsql.NpgsqlDataSource database,
        KeyRing ring,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var count = await Rewrapping.RunAsync(database, ring, cancellationToken);
            await Console.Out.WriteLineAsync($"{count} data keys were wrapped anew, with the key {ring.CurrentId}.");
        }
        catch (CryptographicException)
        {
            throw new StartException(
                "a data key was tampered with: it does not open with its key",
                ExitCode.CheckFailed
            );
        }
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var lost = await AtRestWatch.ProblemsAsync(connection, ring, cancellationToken);
        foreach (var problem in lost)
            await Console.Error.WriteLineAsync($"problem: {problem}");
        return lost.Count == 0 ? ExitCode.Ok : ExitCode.CheckFailed;
    }

    private static string Make(BankEnvironment environment, string folder, string name)
    {
        try
        {
            return KeyPair.CreateSecret(environment, folder, $"{name}.data.key");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{e.Message} Keys are never overwritten.", ExitCode.CheckFailed);
        }
    }
}
