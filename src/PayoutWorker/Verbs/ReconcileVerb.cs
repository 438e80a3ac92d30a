using System.CommandLine;
using System.Globalization;
using Dapper;
using Npgsql;
using PayoutWorker.Host.Run;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.Host.Verbs;

/// <summary><c>reconcile</c>: has a running worker compare one day of an account, and shows what came of it.</summary>
internal static class ReconcileVerb
{
    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var options = new CommonOptions();
        var account = new Option<string?>("--account") { Description = "20 digits" };
        var day = new Option<string>("--day") { Description = "the bank's day, YYYY-MM-DD", Required = true };
        var command = new Command(
            "reconcile",
            "Compare the bank's statement, or its register, of one day with the payouts."
        )
        {
            options.Config,
            account,
            day,
            RegisterReading.File,
            RegisterReading.Project,
            RegisterReading.Columns,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var (configuration, findings) = options.Read(parsed);
                var problems = findings
                    .Problems.Where(problem => problem.Path.StartsWith("Database:", StringComparison.Ordinal))
                    .ToArray();
                if (problems.Length > 0)
                    throw new StartException(CommonOptions.Text(problems));
                if (!DateOnly.TryParseExact(parsed.GetValue(day), "yyyy-MM-dd", out var date))
                    throw new StartException("--day: expected YYYY-MM-DD", ExitCode.CheckFailed);
                await using var database = DataSources.Plain(configuration.Database, "reconcile");
                return await DatabaseCheck.GuardedAsync(() =>
                    parsed.GetValue(RegisterReading.File) is not null
                        ? RegisterReading.CompareAsync(database, configuration, parsed, date, cancellationToken)
                        : CompareAsync(
                            database,
                            parsed.GetValue(account)
                                ?? throw new StartException("--account: expected 20 digits", ExitCode.CheckFailed),
                            date,
                            cancellationToken
                        )
                );
            }
        );
        return command;
    }

    private static async Task<int> CompareAsync(
        NpgsqlDataSource database,
        string account,
        DateOnly day,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var asked = new { account, day };
        await connection.ExecuteAsync(
            new CommandDefinition(Sql.Text("request_reconcile"), asked, cancellationToken: cancellationToken)
        );
        var read = new CommandDefinition(Sql.Text("read_day"), asked, cancellationToken: cancellationToken);
        using var limit = new CancellationTokenSource(AtMost);
        Day found;
        while (!(found = await connection.QuerySingleAsync<Day>(read)).Compared)
        {
            if (limit.IsCancellationRequested)
                throw new StartException(
                    $"not compared yet: {found.Problem ?? "does a worker run that names this account?"}",
                    ExitCode.CheckFailed
                );
            await Task.Delay(Look, cancellationToken);
        }
        await Console.Out.WriteLineAsync(
            $"{found.Payouts} payouts of {Rubles(found.Paid)}, fees {Rubles(found.Fees)}, "
                + $"returned {Rubles(found.Returned)}, {found.Differences.Length} open differences"
        );
        foreach (var difference in found.Differences)
            await Console.Out.WriteLineAsync($"  {difference}");
        return found.Differences.Length == 0 ? ExitCode.Ok : ExitCode.CheckFailed;
    }

    private static string Rubles(long minor) =>
        string.Create(CultureInfo.InvariantCulture, $"{new Money(minor, "RUB")}");

    private sealed class Day
    {
        public bool Compared { get; init; }
        public string? Problem { get; init; }
        public long Payouts { get; init; }
        public long Paid { get; init; }
        public long Fees { get; init; }
        public long Returned { get; init; }
        public string[] Differences { get; init; } = [];
    }
}
