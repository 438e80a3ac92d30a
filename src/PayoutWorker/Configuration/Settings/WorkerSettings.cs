namespace PayoutWorker.Host.Configuration.Settings;

/// <summary>Section <c>Worker</c>: this process.</summary>
internal sealed class WorkerSettings
{
    /// <summary>Stands in leases, in the history and in the table of nodes; unique among running workers.</summary>
    public string? Name { get; init; }

    /// <summary>Payouts driven at the same time.</summary>
    public int MaxCalls { get; init; } = 384;

    /// <summary>Payouts of one project between create and confirm at most, in all processes.</summary>
    public int InProgressMax { get; init; } = 2000;

    /// <summary>A run of the drive job ends after this many seconds even if more is due.</summary>
    public double MaxRunSeconds { get; init; } = 30;

    public SchedulerChoice Scheduler { get; init; } = SchedulerChoice.Auto;

    /// <summary>Payouts that one drive job of Hangfire takes at most; 1 makes each a job. Null: all that are due.</summary>
    public int? BatchSize { get; init; }

    /// <summary>
    /// Where the worker remembers, outside the database, how far the database was; on a disk that outlives the process.
    /// Required for the live bank.
    /// </summary>
    public string? MemoryFile { get; init; }

    /// <summary>How long a stop waits for what is under way.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(45);
}

/// <summary>Who runs the jobs.</summary>
internal enum SchedulerChoice
{
    /// <summary>Hangfire where it is built in, else the built-in one.</summary>
    Auto,

    BuiltIn,

    Hangfire,
}
