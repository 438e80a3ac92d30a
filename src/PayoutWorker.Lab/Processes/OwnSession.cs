using System.Diagnostics;

namespace PayoutWorker.Lab.Processes;

/// <summary>Starts programs in a session of their own, so that Ctrl-C in the terminal does not reach them first.</summary>
internal static class OwnSession
{
    private static readonly string? Setsid = Programs.Find("setsid");

    /// <summary>The start of a program under setsid, which execs: the process id is the program's own.</summary>
    public static ProcessStartInfo Wrap(string program, IEnumerable<string> arguments)
    {
        // macOS has no setsid: there a Ctrl-C reaches the children as well, and the guard still ends what stays.
        var start = Setsid is null ? new ProcessStartInfo(program) : new ProcessStartInfo(Setsid);
        if (Setsid is not null)
            start.ArgumentList.Add(program);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return start;
    }
}
