using System.CommandLine;
using Npgsql;
using PayoutWorker.AtRest;
using PayoutWorker.Audit;
using PayoutWorker.Host.Keys;
using PayoutWorker.Host.Run;

namespace PayoutWorker.Host.Verbs;

/// <summary><c>evidence</c>: everything known of one payout in one file, for an auditor or a court.</summary>
internal static class EvidenceVerb
{
    public static Command Create()
    {
        var options = new CommonOptions();
        var key = new Option<string>("--erp-key") { Description = "the order's erp_key", Required = true };
        var file = new Option<string?>("--out")
        {
            Description = "the zip file; by default evidence.zip here. Never overwritten",
            HelpName = "FILE",
        };
        var command = new Command("evidence", "Export one payout with the bank's signed messages and its seals.")
        {
            options.Config,
            key,
            file,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var (configuration, findings) = options.Read(parsed);
                var problems = findings
                    .Problems.Where(problem =>
                        problem.Path.StartsWith("Database:", StringComparison.Ordinal)
                        || problem.Path.StartsWith("Bank:PublicKeys", StringComparison.Ordinal)
                        || problem.Path.StartsWith("AtRest:", StringComparison.Ordinal)
                    )
                    .ToArray();
                if (problems.Length > 0)
                    throw new StartException(CommonOptions.Text(problems));
                var keys = configuration
                    .Bank.PublicKeys.Select(one => (one.Id!, File.ReadAllText(one.File!)))
                    .ToArray();
                var ring = AtRestKeys.Of(configuration.AtRest);
                await using var database = DataSources.Plain(configuration.Database, "evidence");
                return await DatabaseCheck.GuardedAsync(() =>
                    ExportAsync(
                        new EvidenceFile(database, keys, new BodyVault(ring, TimeProvider.System)),
                        parsed.GetValue(key)!,
                        parsed.GetValue(file) ?? "evidence.zip",
                        cancellationToken
                    )
                );
            }
        );
        return command;
    }

    private static async Task<int> ExportAsync(
        EvidenceFile evidence,
        string erpKey,
        string path,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<Finding>? findings;
        try
        {
            // Names and accounts: for its owner's eyes.
            var open = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                open.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using var file = new FileStream(path, open);
            findings = await evidence.WriteAsync(erpKey, $"{Environment.UserName}, evidence", file, cancellationToken);
        }
        catch (IOException e)
        {
            throw new StartException($"{path}: {e.Message}", ExitCode.CheckFailed);
        }
        catch (NpgsqlException)
        {
            File.Delete(path);
            throw;
        }
        if (findings is null)
        {
            File.Delete(path);
            throw new StartException($"no payout has the erp_key {erpKey}", ExitCode.CheckFailed);
        }
        foreach (var finding in findings)
            await Console.Out.WriteLineAsync(finding.ToString());
        await Console.Out.WriteLineAsync(
            $"{path}: {(findings.Count == 0 ? "nothing was found changed" : $"{findings.Count} findings")}"
        );
        return findings.Count == 0 ? ExitCode.Ok : ExitCode.CheckFailed;
    }
}
