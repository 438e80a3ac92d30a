using System.CommandLine;
using System.Globalization;
using PayoutWorker.Exports;
using PayoutWorker.Host.Run;
using PayoutWorker.Payouts;

namespace PayoutWorker.Host.Verbs;

/// <summary><c>export</c>: payouts of some days as CSV, for a spreadsheet or another program.</summary>
internal static class ExportVerb
{
    private static readonly Option<string> From = new("--from")
    {
        Description = "first day of the orders, YYYY-MM-DD, Moscow",
        Required = true,
    };
    private static readonly Option<string> To = new("--to") { Description = "last day, included", Required = true };
    private static readonly Option<string?> Account = new("--account") { Description = "only from this account" };
    private static readonly Option<string?> State = new("--state") { Description = "only in this state" };
    private static readonly Option<string?> Output = new("--output")
    {
        Description = "a new file; else standard output",
        HelpName = "FILE",
    };
    private static readonly Option<bool> Excel = new("--excel")
    {
        Description = "for a Russian Excel: semicolons, decimal commas, a byte order mark",
    };
    private static readonly Option<bool> Semicolon = new("--semicolon") { Description = "semicolons between fields" };
    private static readonly Option<bool> Bom = new("--bom") { Description = "a byte order mark at the beginning" };
    private static readonly Option<bool> Masked = new("--masked") { Description = "payees shortened, as in the pages" };

    public static Command Create()
    {
        var options = new CommonOptions();
        var command = new Command("export", "Write payouts of some days as CSV.")
        {
            options.Config,
            From,
            To,
            Account,
            State,
            Output,
            Excel,
            Semicolon,
            Bom,
            Masked,
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
                var query = Query(parsed);
                await using var database = DataSources.Plain(configuration.Database, "export");
                return await DatabaseCheck.GuardedAsync(() =>
                    WriteAsync(
                        new PayoutExport(database),
                        query,
                        Format(parsed),
                        parsed.GetValue(Output),
                        cancellationToken
                    )
                );
            }
        );
        return command;
    }

    private static ExportQuery Query(ParseResult parsed)
    {
        var query = new ExportQuery(
            Day(parsed, From),
            Day(parsed, To),
            parsed.GetValue(Account),
            parsed.GetValue(State),
            parsed.GetValue(Masked)
        );
        if (query.Until < query.Since)
            throw new StartException("--to: expected a day not before --from", ExitCode.CheckFailed);
        if (query.State is { } state && Enum.GetValues<PayoutState>().All(known => known.Text() != state))
            throw new StartException($"--state: there is no state '{state}'", ExitCode.CheckFailed);
        return query;
    }

    private static DateOnly Day(ParseResult parsed, Option<string> option) =>
        DateOnly.TryParseExact(
            parsed.GetValue(option),
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            default,
            out var day
        ) && day.Year is > 2000 and < 2200
            ? day
            : throw new StartException($"{option.Name}: expected YYYY-MM-DD", ExitCode.CheckFailed);

    private static CsvFormat Format(ParseResult parsed) =>
        parsed.GetValue(Excel)
            ? CsvFormat.Excel
            : new CsvFormat(parsed.GetValue(Semicolon) ? ';' : ',', '.', parsed.GetValue(Bom));

    // A file gets its name when it is whole: one that was cut off must not be taken for a short month.
    private static async Task<int> WriteAsync(
        PayoutExport export,
        ExportQuery query,
        CsvFormat format,
        string? path,
        CancellationToken cancellationToken
    )
    {
        long rows;
        if (path is null)
        {
            await using var output = Console.OpenStandardOutput();
            rows = await export.WriteAsync(query, format, output, cancellationToken);
        }
        else
        {
            if (File.Exists(path))
                throw new StartException($"{path} is there already", ExitCode.CheckFailed);
            var part = path + ".part";
            await using (var output = File.Create(part))
                rows = await export.WriteAsync(query, format, output, cancellationToken);
            File.Move(part, path);
        }
        await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{rows} payouts written."));
        return ExitCode.Ok;
    }
}
