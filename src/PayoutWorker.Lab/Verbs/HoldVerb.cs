using System.CommandLine;
using PayoutWorker.Lab.Postgres;
using PayoutWorker.Lab.Processes;

namespace PayoutWorker.Lab.Verbs;

/// <summary>
/// <c>hold</c>, hidden: holds a process, a folder and, if asked, a server until somebody kills it. The tests of the
/// guard kill it, for a test's own process cannot die and look.
/// </summary>
internal static class HoldVerb
{
    public static Command Create()
    {
        var postgres = new Option<bool>("--postgres") { Description = "Hold a private PostgreSQL as well" };
        var command = new Command("hold", "Hold a process and a folder until killed") { postgres };
        command.Hidden = true;
        command.SetAction((parsed, token) => RunAsync(parsed.GetValue(postgres), token));
        return command;
    }

    private static async Task RunAsync(bool withPostgres, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("payouts-lab-hold-").FullName;
        ProcessGuard.Instance.WatchFolder(folder);
        // It ignores what asks nicely, so that the guard has to insist.
        await using var child = ChildProcess.Start(
            new ChildProcessOptions("/bin/sh", ["-c", "trap '' INT TERM; sleep 600 & wait; sleep 600"])
            {
                StopSignal = Signal.Kill,
            }
        );
        await Console.Out.WriteLineAsync($"child {child.Id}");
        await Console.Out.WriteLineAsync($"folder {folder}");
        await using var server = withPostgres
            ? await PostgresServer.StartAsync(new PostgresServerOptions { Private = true }, cancellationToken)
            : null;
        if (server is PrivatePostgresServer running)
        {
            await Console.Out.WriteLineAsync($"postgres {running.ProcessId}");
            await Console.Out.WriteLineAsync($"data {running.Folder}");
        }
        await Console.Out.WriteLineAsync("ready");
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }
}
