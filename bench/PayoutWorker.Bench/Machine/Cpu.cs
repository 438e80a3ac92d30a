using System.Globalization;
using PayoutWorker.Lab.Processes;

namespace PayoutWorker.Bench.Machine;

/// <summary>CPU time of processes, from /proc: user and system, of those that ended too. Steps of 10 ms.</summary>
internal static class Cpu
{
    // What sysconf(_SC_CLK_TCK) says on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>Seconds of one process and of those children of it that have ended.</summary>
    public static double SecondsOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            // utime, stime, cutime, cstime: fields 14 to 17 of proc(5), which counts from 1 and the name's two before.
            return fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)) / TicksPerSecond;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>Seconds of a server and all its processes.</summary>
    public static async Task<double> SecondsOfTreeAsync(int pid, CancellationToken cancellationToken)
    {
        var children = await UnixProcess.ChildrenOfAsync(pid, cancellationToken);
        return SecondsOf(pid) + children.Sum(SecondsOf);
    }

    /// <summary>Resident memory, MB.</summary>
    public static double MegabytesOf(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        var kilobytes = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        return double.Parse(kilobytes, CultureInfo.InvariantCulture) / 1024;
    }
}
