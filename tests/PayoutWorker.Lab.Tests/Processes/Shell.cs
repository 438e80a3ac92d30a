using PayoutWorker.Lab.Processes;

namespace PayoutWorker.Lab.Tests.Processes;

internal static class Shell
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>A program that is a few lines of shell.</summary>
    public static ChildProcessOptions Script(string script) => new("/bin/sh", ["-c", script]);
}
