using System.CommandLine;
using System.Globalization;
using Dapper;
using Npgsql;
using PayoutWorker.Audit;
using PayoutWorker.Host.Run;

namespace PayoutWorker.Host.Verbs;

/// <summary><c>verify-audit</c>: computes the seals of the history anew and names every row that does not fit.</summary>
internal static class VerifyAuditVerb
{
    // A wholly foreign database would fill the screen for hours.
    private const int ShownMax = 1000;

    public static Command Create()
    {
        var options = new CommonOptions();
        var day = new Option<string?>("--day") { Description = "a day of UTC, YYYY-MM-DD", HelpName = "DAY" };
        var from = new Option<string?>("--from") { Description = "that day and all later ones", HelpName = "DAY" };
        var payout = new Option<string?>("--payout") { Description = "one payout alone", HelpName = "ERP_KEY" };
        var root = new Option<string[]>("--root")
        {
            Description = "a root that was kept outside the database; may be given several times",
            HelpName = "DAY=HEX",
        };
        var command = new Command("verify-audit", "Check that no sealed row was changed, removed, moved or added.")
        {
            options.Config,
            day,
            from,
            payout,
            root,
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
                var (one, since) = (Day("--day", parsed.GetValue(day)), Day("--from", parsed.GetValue(from)));
                var scope = new AuditScope(one ?? since, one, null, Roots(parsed.GetValue(root) ?? []));
                await using var database = DataSources.Plain(configuration.Database, "verify-audit");
                return await DatabaseCheck.GuardedAsync(() =>
                    CheckAsync(database, scope, parsed.GetValue(payout), cancellationToken)
                );
            }
        );
        return command;
    }

    private static async Task<int> CheckAsync(
        NpgsqlDataSource database,
        AuditScope scope,
        string? erpKey,
        CancellationToken cancellationToken
    )
    {
        if (erpKey is not null)
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            var id = await connection.ExecuteScalarAsync<long?>(
                new CommandDefinition(
                    "SELECT id FROM payouts.outbox WHERE erp_key = @erpKey",
                    new { erpKey },
                    cancellationToken: cancellationToken
                )
            );
            scope = scope with
            {
                PayoutId = id ?? throw new StartException($"no payout has the erp_key {erpKey}", ExitCode.CheckFailed),
            };
        }
        var shown = 0;
        var check = new AuditCheck(
            database,
            finding =>
            {
                if (shown++ < ShownMax)
                    Console.Out.WriteLine(finding);
            }
        );
        var tally = await check.RunAsync(scope, cancellationToken);
        if (shown > ShownMax)
            await Console.Out.WriteLineAsync($"and {shown - ShownMax} more");
        await Console.Out.WriteLineAsync(Summary(tally));
        return tally.Findings == 0 ? ExitCode.Ok : ExitCode.CheckFailed;
    }

    private static string Summary(AuditTally tally)
    {
        List<string> lines =
        [
            $"{tally.Payouts} payouts, {tally.Seals} seals, {tally.Runs} runs, {tally.Roots} daily roots checked: "
                + (tally.Findings == 0 ? "nothing was changed" : $"{tally.Findings} findings"),
        ];
        if (tally.Unsealed + tally.Unstarted + tally.Late > 0)
            lines.Add(
                $"not sealed yet: {tally.Unsealed} events; {tally.Unstarted} payouts without any history; "
                    + $"{tally.Late} answers and webhooks that came after the last seal of their payout"
            );
        foreach (var (what, count) in tally.Erased)
            lines.Add($"erased by the retention: {what} of {count} payouts");
        return string.Join('\n', lines);
    }

    private static Dictionary<DateOnly, byte[]> Roots(string[] texts)
    {
        Dictionary<DateOnly, byte[]> roots = [];
        foreach (var text in texts)
        {
            if (text.Split('=') is not [var day, { Length: 64 } hex] || !hex.All(char.IsAsciiHexDigit))
                throw new StartException(
                    $"--root: expected DAY=HEX with 64 digits, got '{text}'",
                    ExitCode.CheckFailed
                );
            roots[Day("--root", day)!.Value] = Convert.FromHexString(hex);
        }
        return roots;
    }

    private static DateOnly? Day(string option, string? text) =>
        text is null ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
        : throw new StartException($"{option}: expected YYYY-MM-DD, got '{text}'", ExitCode.CheckFailed);
}
