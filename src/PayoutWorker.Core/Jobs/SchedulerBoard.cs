namespace PayoutWorker.Jobs;

/// <summary>
/// Which scheduler runs the jobs now. While another one does, the built-in scheduler is the net under it: it takes
/// only what has been due for a while. Nothing is handed over or back: both may run at once, the fence keeps them apart.
/// </summary>
/// <param name="patience">How long the net leaves alone what is due.</param>
internal sealed class SchedulerBoard(TimeSpan patience)
{
    public const string BuiltIn = "built-in";

    private volatile string? _other;
    private volatile string? _problem;

    /// <summary>Another scheduler runs the jobs.</summary>
    public bool OtherRuns => _other is not null;

    /// <summary>What has been due for less than this is left to the other scheduler.</summary>
    public TimeSpan Overdue => OtherRuns ? patience : TimeSpan.Zero;

    /// <summary>Why the other scheduler cannot run; null while it runs, or was never asked to.</summary>
    public string? Problem => _problem;

    /// <summary>For the table of nodes, e.g. <c>built-in (Hangfire's tables are missing)</c>.</summary>
    public string Name => _other ?? (_problem is null ? BuiltIn : $"{BuiltIn} ({_problem})");

    /// <summary>Bells of the built-in scheduler where another one hears the ordinary ones.</summary>
    public Wakeups Net { get; } = new();

    public void Start(string other) => (_problem, _other) = (null, other);

    /// <summary>The built-in scheduler takes everything, at once.</summary>
    /// <param name="problem">Why, in a few words.</param>
    public void Stop(string problem)
    {
        (_other, _problem) = (null, problem);
        Net.Drive.Ring();
        Net.Inbox.Ring();
    }
}
