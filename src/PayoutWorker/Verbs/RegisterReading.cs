using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Bank131.Registers;
using Npgsql;
using PayoutWorker.Host.Configuration;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Reconciling;

namespace PayoutWorker.Host.Verbs;

/// <summary><c>reconcile --register</c>: the bank's daily register, a file, beside our rows.</summary>
internal static partial class RegisterReading
{
    // As many bytes as a million rows have, and some more.
    private const long BytesMax = 512L * 1024 * 1024;

    public static Option<string?> File { get; } =
        new("--register") { Description = "the bank's daily register, a CSV file", HelpName = "FILE" };

    public static Option<string?> Project { get; } =
        new("--project") { Description = "with --register: the project, as in Bank:Projects", HelpName = "NAME" };

    public static Option<string[]> Columns { get; } =
        new("--column")
        {
            Description = "with --register: another name of a column, e.g. amount=grossLocalAmount; may be repeated",
            HelpName = "WHAT=NAME",
        };

    public static async Task<int> CompareAsync(
        NpgsqlDataSource database,
        WorkerConfiguration configuration,
        ParseResult parsed,
        DateOnly day,
        CancellationToken cancellationToken
    )
    {
        var path = parsed.GetValue(File)!;
        var project = parsed.GetValue(Project) ?? "";
        if (configuration.Bank.Projects.All(known => known.Name != project))
            throw new StartException(
                "--project: expected the name of a project of Bank:Projects",
                ExitCode.CheckFailed
            );
        var columns = new RegisterColumns();
        foreach (var column in parsed.GetValue(Columns) ?? [])
            if (!columns.TryRename(column))
                throw new StartException(
                    $"--column: expected one of {string.Join(", ", columns.Names)}, then = and the file's name of it",
                    ExitCode.CheckFailed
                );
        var file = await ReadAsync(path, project, day, columns, cancellationToken);
        var differences = await new RegisterBooks(database, BookAccounts.Of(configuration)).CompareAsync(
            file,
            cancellationToken
        );
        var paid = file.Lines.Where(line => line.Kind == RegisterKind.Payout).ToArray();
        await Console.Out.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{paid.Length} payouts, {file.Lines.Count - paid.Length} other lines, {differences.Count} differences"
            )
        );
        foreach (var difference in differences)
            await Console.Out.WriteLineAsync(
                $"  {difference.Kind} {difference.PaymentId ?? difference.Subject}: {difference.Text}"
            );
        return differences.Count == 0 ? ExitCode.Ok : ExitCode.CheckFailed;
    }

    private static async Task<RegisterFile> ReadAsync(
        string path,
        string project,
        DateOnly day,
        RegisterColumns columns,
        CancellationToken cancellationToken
    )
    {
        var name = Path.GetFileName(path);
        var info = new FileInfo(path);
        if (!info.Exists || info.Length > BytesMax)
            throw new StartException($"--register: {path} is not there or larger than 512 MB", ExitCode.CheckFailed);
        // The bank names it <Project>_<first day>_<last day>: a file of another day would find everything missing.
        if (Days().Match(name) is { Success: true } days)
            foreach (var given in new[] { days.Groups[1].Value, days.Groups[2].Value })
                if (given != day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))
                    throw new StartException($"--register: {name} is not of the day alone", ExitCode.CheckFailed);
        var bytes = await System.IO.File.ReadAllBytesAsync(path, cancellationToken);
        try
        {
            var lines = RegisterReader.Read(System.Text.Encoding.UTF8.GetString(bytes), columns);
            return new RegisterFile(project, day, name, SHA256.HashData(bytes), lines);
        }
        catch (RegisterUnreadableException e)
        {
            throw new StartException($"--register: {e.Message}", ExitCode.CheckFailed);
        }
    }

    [GeneratedRegex(@"_(\d{4}-\d{2}-\d{2})_(\d{4}-\d{2}-\d{2})")]
    private static partial Regex Days();
}
