using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace PayoutWorker.Lab.Processes;

/// <summary>
/// Sees to it that no process and no folder of this process outlives it, also when it is killed with SIGKILL: a shell
/// holds the reading end of a pipe, and the kernel closes our end whatever ends us. See guard.sh.
/// </summary>
internal sealed class ProcessGuard
{
    private const string ScriptVariable = "PAYOUTS_LAB_GUARD";

    private static readonly Lazy<ProcessGuard> Lazy = new(() => new ProcessGuard());

    private readonly Lock _lock = new();
    private readonly Process _shell;
    private readonly StreamWriter _pipe;

    private ProcessGuard()
    {
        using var script = new StreamReader(
            typeof(ProcessGuard).Assembly.GetManifestResourceStream("guard.sh")
                ?? throw new InvalidOperationException("guard.sh is not embedded")
        );
        // A session of its own, so that neither Ctrl-C nor a kill of our process group ends the guard before its work.
        // The script goes by the environment to keep the process list readable.
        var start = OwnSession.Wrap("/bin/sh", ["-c", $"eval \"${ScriptVariable}\"", "payouts-lab-guard"]);
        start.Environment[ScriptVariable] = script.ReadToEnd();
        // All three, or .NET sets the terminal up for a program that reads from it; the script closes the outputs.
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        _shell = Process.Start(start) ?? throw new InvalidOperationException("/bin/sh did not start");
        _pipe = _shell.StandardInput;
        _pipe.AutoFlush = true;
    }

    /// <summary>The one guard of this process, started when it is first asked for.</summary>
    public static ProcessGuard Instance => Lazy.Value;

    /// <summary>The guard's own process id.</summary>
    public int Id => _shell.Id;

    /// <summary>From now on this process, and its group if it leads one, ends when we do.</summary>
    public void Watch(int pid) => Write($"pid {pid.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>The process has ended; its id may soon be another's.</summary>
    public void Forget(int pid) => TryWrite($"forget {pid.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>From now on this folder is removed when we end, after the processes.</summary>
    public void WatchFolder(string path) => Write($"dir {Absolute(path)}");

    /// <summary>The folder is gone, or is to stay.</summary>
    public void ForgetFolder(string path) => TryWrite($"forgetdir {Absolute(path)}");

    private static string Absolute(string path) =>
        Path.IsPathRooted(path) && path.Length > 1 && !path.Contains('\n', StringComparison.Ordinal)
            ? path
            : throw new ArgumentException($"expected an absolute path without line breaks, got '{path}'");

    private void TryWrite(string line)
    {
        try
        {
            Write(line);
        }
        catch (IOException)
        {
            // A guard that is gone remembers nothing.
        }
    }

    private void Write(string line)
    {
        lock (_lock)
            _pipe.Write(line + "\n");
    }
}
