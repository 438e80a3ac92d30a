using System.Globalization;
using System.Runtime.InteropServices;

namespace PayoutWorker.Lab.Processes;

/// <summary>What .NET's Process does not offer on Unix: signals, process groups, the children of one.</summary>
internal static class UnixProcess
{
    /// <summary>Sends a signal to one process. False when there is no such process.</summary>
    public static bool Send(int pid, Signal signal) => Kill(pid, Number(signal)) == 0;

    /// <summary>Sends a signal to every process of a group. False when there is no such group.</summary>
    public static bool SendToGroup(int group, Signal signal) => Kill(-group, Number(signal)) == 0;

    /// <summary>
    /// Whether a process still runs. A zombie does not: in a container nobody may ever collect it.
    /// </summary>
    public static bool IsRunning(int pid)
    {
        if (Kill(pid, 0) != 0 && Marshal.GetLastPInvokeError() != PermissionDenied)
            return false;
        return StateOf(pid) is not ("Z" or "X");
    }

    /// <summary>The letter that Linux gives a process's state (R, S, T, Z, ...); null where there is none.</summary>
    public static string? StateOf(int pid) => StatOf(pid)?.State;

    /// <summary>The direct children of a process. From /proc where it exists, else from ps.</summary>
    public static async Task<IReadOnlyList<int>> ChildrenOfAsync(int parent, CancellationToken cancellationToken)
    {
        if (Directory.Exists("/proc/self"))
        {
            return
            [
                .. from folder in Directory.EnumerateDirectories("/proc")
                let pid = int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0
                where pid > 0 && StatOf(pid)?.Parent == parent
                select pid,
            ];
        }

        var listing = await ChildProcess.RunAsync(
            new ChildProcessOptions("ps", ["-A", "-o", "pid=,ppid="]),
            cancellationToken
        );
        return
        [
            .. from line in listing.Output
            let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            where fields.Length == 2 && fields[1] == parent.ToString(CultureInfo.InvariantCulture)
            select int.Parse(fields[0], CultureInfo.InvariantCulture),
        ];
    }

    private const int PermissionDenied = 1;

    private static (string State, int Parent)? StatOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            // The name in parentheses may hold blanks and parentheses itself, so what follows it counts from its end.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0], int.Parse(fields[1], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static int Number(Signal signal) =>
        signal switch
        {
            Signal.Hup => 1,
            Signal.Int => 2,
            Signal.Quit => 3,
            Signal.Kill => 9,
            Signal.Term => 15,
            Signal.Cont => OperatingSystem.IsMacOS() ? 19 : 18,
            Signal.Stop => OperatingSystem.IsMacOS() ? 17 : 19,
            _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "not a signal that Lab sends"),
        };

    private static int Kill(int pid, int signal)
    {
        // 0 and -1 address our own group and every process of the user: never what is meant here.
        if (pid is 0 or -1)
            throw new ArgumentOutOfRangeException(nameof(pid), pid, "expected the id of one process or group");
        return NativeKill(pid, signal);
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeKill(int pid, int signal);
}
