using System.CommandLine;
using Dapper;
using Npgsql;
using PayoutWorker.AtRest;
using PayoutWorker.Host.Configuration;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Host.Keys;
using PayoutWorker.Host.Run;
using PayoutWorker.Store;

namespace PayoutWorker.Host.Verbs;

/// <summary><c>check-config</c>: everything that is wrong, at once.</summary>
internal static class CheckConfigVerb
{
    public static Command Create()
    {
        var options = new CommonOptions();
        var database = new Option<bool>("--database") { Description = "connect too: migrations and the role's rights" };
        var show = new Option<bool>("--show") { Description = "print the configuration in force, secrets masked" };
        var command = new Command("check-config", "Check the configuration and show all problems at once.")
        {
            options.Config,
            database,
            show,
            options.Only,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var (configuration, findings) = options.Read(parsed);
                if (parsed.GetValue(show))
                    foreach (var (key, value) in EffectiveConfiguration.Lines(configuration))
                        await Console.Out.WriteLineAsync($"{key} = {value}");
                foreach (var warning in findings.Warnings)
                    await Console.Out.WriteLineAsync($"warning: {warning}");
                List<string> wrong = [.. findings.Problems.Select(problem => problem.ToString())];
                if (parsed.GetValue(database) && !wrong.Any(IsOfDatabase))
                    wrong.AddRange(
                        await DatabaseProblemsAsync(configuration, parsed.GetValue(options.Only), cancellationToken)
                    );
                foreach (var problem in wrong)
                    await Console.Error.WriteLineAsync($"problem: {problem}");
                await Console.Out.WriteLineAsync(
                    wrong.Count == 0 ? "The configuration is good." : $"{wrong.Count} problems."
                );
                return wrong.Count == 0 ? ExitCode.Ok : ExitCode.CheckFailed;
            }
        );
        return command;
    }

    private static bool IsOfDatabase(string problem) => problem.StartsWith("Database:", StringComparison.Ordinal);

    private static async Task<IReadOnlyList<string>> DatabaseProblemsAsync(
        WorkerConfiguration configuration,
        RunOnly? only,
        CancellationToken cancellationToken
    )
    {
        await using var database = DataSources.Plain(configuration.Database, "check");
        using var logs = LoggerFactory.Create(_ => { });
        try
        {
            var (rights, role) = ("read_wrong_rights", "payouts_worker");
            // The endpoint's role cannot read which migrations there are.
            if (only == RunOnly.Webhook)
                (rights, role) = ("read_wrong_webhook_rights", "payouts_webhook");
            else
                await DatabaseCheck.RunAsync(database, logs.CreateLogger("check"), cancellationToken);
            var wrong = await DatabaseCheck.GuardedAsync(() => WrongRightsAsync(database, rights, cancellationToken));
            List<string> problems = [.. wrong.Select(problem => $"database: the role {problem}; connect as {role}")];
            if (only != RunOnly.Webhook && problems.Count == 0)
                problems.AddRange(
                    await DatabaseCheck.GuardedAsync(() => LostKeysAsync(database, configuration, cancellationToken))
                );
            return problems;
        }
        catch (StartException e)
        {
            return [$"database: {e.Message}"];
        }
    }

    private static async Task<IEnumerable<string>> LostKeysAsync(
        NpgsqlDataSource database,
        WorkerConfiguration configuration,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var ring = AtRestKeys.Of(configuration.AtRest);
        var lost = await AtRestWatch.ProblemsAsync(connection, ring, cancellationToken);
        return lost.Select(problem => $"AtRest:KeyFiles: {problem}");
    }

    private static async Task<IEnumerable<string>> WrongRightsAsync(
        NpgsqlDataSource database,
        string statement,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QueryAsync<string>(
            new CommandDefinition(Sql.Text(statement), cancellationToken: cancellationToken)
        );
    }
}
