using System.Diagnostics;

namespace PayoutWorker.Lab.Processes;

/// <summary>Starts programs in a session of their own, so that Ctrl-C in a terminal does not reach them.</summary>
internal static class OwnSession
{
    private static readonly string[] Prefix = [.. Setsid(), .. DefaultSignals()];

    /// <summary>The start of a program under setsid, which execs: the process id is the program's own.</summary>
    public static ProcessStartInfo Wrap(string program, IEnumerable<string> arguments)
    {
        string[] command = [.. Prefix, program, .. arguments];
        return new ProcessStartInfo(command[0], command[1..]);
    }

    // macOS has no setsid: there a Ctrl-C reaches the children as well, and the guard still ends what stays.
    private static string[] Setsid() => Programs.Find("setsid") is { } path ? [path] : [];

    // A shell that starts us in the background ignores INT and QUIT, children inherit that, and no program can be
    // asked to end with them any more. GNU's env undoes it; elsewhere it stays so.
    private static string[] DefaultSignals()
    {
        if (Programs.Find("env") is not { } env)
            return [];
        const string option = "--default-signal=INT,QUIT";
        using var probe = Process.Start(
            new ProcessStartInfo(env, [option, "true"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        );
        probe?.WaitForExit();
        return probe?.ExitCode == 0 ? [env, option] : [];
    }
}
