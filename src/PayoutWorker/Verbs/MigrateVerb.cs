using System.CommandLine;
using Dapper;
using PayoutWorker.HangfireScheduling;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Host.Run;
using PayoutWorker.Migrations;

namespace PayoutWorker.Host.Verbs;

/// <summary><c>migrate</c>: brings the schema up to date.</summary>
internal static class MigrateVerb
{
    private static readonly string[] Roles =
    [
        "payouts_migrator",
        "payouts_worker",
        "payouts_erp",
        "payouts_ops",
        "payouts_auditor",
        "payouts_webhook",
    ];

    public static Command Create()
    {
        var options = new CommonOptions();
        var command = new Command("migrate", "Bring the database schema up to date, then stop.") { options.Config };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var (configuration, findings) = options.Read(parsed);
                // Only what this verb uses: a migration job need not see the bank's keys.
                var problems = findings
                    .Problems.Where(problem => problem.Path.StartsWith("Database:", StringComparison.Ordinal))
                    .Where(problem =>
                        configuration.Database.MigratorConnectionString is null
                        || problem.Path.StartsWith("Database:Migrator", StringComparison.Ordinal)
                    )
                    .ToArray();
                if (problems.Length > 0)
                    throw new StartException(CommonOptions.Text(problems));
                var applied = await DatabaseCheck.GuardedAsync(() =>
                    MigrateAsync(configuration.Database, cancellationToken)
                );
                foreach (var name in applied)
                    await Console.Out.WriteLineAsync($"applied {name}");
                await Console.Out.WriteLineAsync(
                    applied.Count == 0 ? "The schema is up to date." : $"{applied.Count} migrations applied."
                );
                return ExitCode.Ok;
            }
        );
        return command;
    }

    private static async Task<IReadOnlyList<string>> MigrateAsync(
        DatabaseSettings settings,
        CancellationToken cancellationToken
    )
    {
        await using var database = DataSources.Migrator(settings);
        await using (var connection = await database.OpenConnectionAsync(cancellationToken))
        {
            var there = await connection.QueryAsync<string>(
                new CommandDefinition(
                    "SELECT rolname::text FROM pg_roles WHERE rolname = ANY (@Roles)",
                    new { Roles },
                    cancellationToken: cancellationToken
                )
            );
            if (Roles.Except(there).ToArray() is { Length: > 0 } missing)
                throw new StartException(
                    $"the server lacks the roles {string.Join(", ", missing)}: "
                        + "have its administrator run psql -f sql/erp/create_roles.sql first"
                );
        }
        using var logs = LoggerFactory.Create(_ => { });
        var applied = await new Migrator(database, logs.CreateLogger<Migrator>()).MigrateAsync(cancellationToken);
        return await HangfireModule.MigrateAsync(database, cancellationToken)
            ? [.. applied, "Hangfire's own tables"]
            : applied;
    }
}
