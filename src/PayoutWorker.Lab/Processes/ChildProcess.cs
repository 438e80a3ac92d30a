using System.Diagnostics;

namespace PayoutWorker.Lab.Processes;

/// <summary>
/// A program that ends with us: in a session of its own, known to the <see cref="ProcessGuard"/> before its first
/// instruction, its output kept. Disposing asks it to end, then kills it.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    // The shell waits for our go-ahead, which comes once the guard knows its id; if we die before, it reads the end of
    // its input and exits. Then it becomes the program, under the same id.
    private const string Gate = """
        out=$1; shift
        IFS= read -r go || exit 125
        if [ -n "$out" ]; then exec "$@" </dev/null >>"$out" 2>&1; fi
        exec "$@" </dev/null
        """;

    // What the program left behind in its group can hold its output open for ever.
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(2);

    private readonly ChildProcessOptions _options;
    private readonly Process _process;
    private readonly OutputLines _lines;
    private readonly Task<int> _exit;

    private ChildProcess(ChildProcessOptions options, string program)
    {
        _options = options;
        _lines = new OutputLines(options);
        _process = new Process { StartInfo = StartInfo(options, program) };
        _process.Start();
        Id = _process.Id;
        ProcessGuard.Instance.Watch(Id);
        Task[] pumps = [PumpAsync(_process.StandardOutput), PumpAsync(_process.StandardError)];
        _process.StandardInput.WriteLine("go");
        _process.StandardInput.Close();
        _exit = ObserveExitAsync(pumps);
    }

    /// <summary>The program's own process id.</summary>
    public int Id { get; }

    public string Name => Path.GetFileName(_options.Program);

    public bool HasExited => _exit.IsCompleted;

    /// <summary>The exit code, 128 + n after signal n; null while the program runs.</summary>
    public int? ExitCode => _exit.IsCompletedSuccessfully ? _exit.Result : null;

    /// <summary>Starts a program. Throws <see cref="FileNotFoundException"/> when there is no such program.</summary>
    public static ChildProcess Start(ChildProcessOptions options) =>
        new(
            options,
            Programs.Find(options.Program)
                ?? throw new FileNotFoundException($"There is no program '{options.Program}'.", options.Program)
        );

    /// <summary>Runs a program to its end. When cancelled, the program is ended too.</summary>
    public static async Task<ProcessResult> RunAsync(ChildProcessOptions options, CancellationToken cancellationToken)
    {
        await using var child = Start(options);
        var exitCode = await child.WaitForExitAsync(cancellationToken);
        return new ProcessResult(child.Name, exitCode, child.Tail(options.LinesKept));
    }

    /// <summary>The last lines of both outputs, oldest first.</summary>
    public IReadOnlyList<string> Tail(int count) => _lines.Tail(count);

    /// <summary>
    /// The first line that fits, of those kept and those to come. Throws <see cref="TimeoutException"/> after the
    /// timeout and <see cref="InvalidOperationException"/> when the program ends without it, both with its output.
    /// </summary>
    public async Task<string> WaitForLineAsync(
        Func<string, bool> predicate,
        TimeSpan timeout,
        CancellationToken cancellationToken
    )
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        try
        {
            return await _lines.FindAsync(predicate, deadline.Token)
                ?? throw new InvalidOperationException($"{Name} ended without the expected line.{Quote()}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{Name}: no such line within {timeout.TotalSeconds:0.#} s.{Quote()}");
        }
    }

    /// <summary>Sends a signal to the program itself. Nothing happens when it has ended.</summary>
    public Task SignalAsync(Signal signal, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_process.HasExited)
            UnixProcess.Send(Id, signal);
        return Task.CompletedTask;
    }

    /// <summary>The exit code, once the program has ended and its output is read.</summary>
    public Task<int> WaitForExitAsync(CancellationToken cancellationToken) => _exit.WaitAsync(cancellationToken);

    /// <summary>Asks the program to end with a signal, kills it when it has not after a while; the exit code.</summary>
    public async Task<int> StopAsync(Signal signal, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!_process.HasExited && !(_options.StopsGroup && UnixProcess.SendToGroup(Id, signal)))
            UnixProcess.Send(Id, signal);
        try
        {
            return await _exit.WaitAsync(timeout, cancellationToken);
        }
        catch (TimeoutException)
        {
            await SignalAsync(Signal.Kill, cancellationToken);
            return await _exit.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(_options.StopSignal, _options.StopTimeout, CancellationToken.None);
        _lines.Dispose();
        _process.Dispose();
    }

    private static ProcessStartInfo StartInfo(ChildProcessOptions options, string program)
    {
        var start = OwnSession.Wrap(
            "/bin/sh",
            ["-c", Gate, "gate", options.OutputFile ?? "", program, .. options.Arguments]
        );
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.WorkingDirectory = options.WorkingDirectory ?? "";
        foreach (var (name, value) in options.Environment)
            start.Environment[name] = value;
        return start;
    }

    private async Task<int> ObserveExitAsync(Task[] pumps)
    {
        await _process.WaitForExitAsync(CancellationToken.None);
        var exitCode = _process.ExitCode;
        // Helpers that the program started in its group go with it; after this its id means nothing any more.
        UnixProcess.SendToGroup(Id, Signal.Kill);
        ProcessGuard.Instance.Forget(Id);
        await Task.WhenAny(Task.WhenAll(pumps), Task.Delay(DrainTimeout, CancellationToken.None));
        _lines.End();
        return exitCode;
    }

    private async Task PumpAsync(StreamReader reader)
    {
        try
        {
            while (await reader.ReadLineAsync(CancellationToken.None) is { } line)
                _lines.Add(line);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The program is gone and so is its pipe.
        }
    }

    private string Quote() => Environment.NewLine + string.Join(Environment.NewLine, Tail(20));
}
