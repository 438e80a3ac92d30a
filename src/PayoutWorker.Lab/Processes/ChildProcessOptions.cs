namespace PayoutWorker.Lab.Processes;

/// <summary>What to start and how to end it.</summary>
/// <param name="Program">A path, or a name that is searched on PATH.</param>
/// <param name="Arguments">Passed on as they are; no shell reads them.</param>
internal sealed record ChildProcessOptions(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Added to our own environment; null removes a variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    public string? WorkingDirectory { get; init; }

    /// <summary>The number of lines kept in memory; older ones are dropped.</summary>
    public int LinesKept { get; init; } = 1_000;

    /// <summary>Every line is also written here.</summary>
    public string? LogFile { get; init; }

    /// <summary>
    /// The program writes to this file itself, nothing is kept in memory: for servers whose children may outlive
    /// them, and that must not stall when we do not read.
    /// </summary>
    public string? OutputFile { get; init; }

    /// <summary>Called for every line, one at a time.</summary>
    public Action<string>? OnLine { get; init; }

    /// <summary>What asks the program to end; what ignores it for <see cref="StopTimeout"/> is killed.</summary>
    public Signal StopSignal { get; init; } = Signal.Term;

    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The stop signal goes to the program's children as well, as Ctrl-C in a terminal would.</summary>
    public bool StopsGroup { get; init; }
}
