using Bank131.Simulator;

namespace PayoutWorker.Lab.Towns;

/// <summary>How a town is built.</summary>
internal sealed record TownOptions
{
    /// <summary>Multiplies every duration of worker and bank alike.</summary>
    public double Scale { get; init; } = 0.05;

    public BankDelays BankDelays { get; init; } = new();
    public BankPolicies BankPolicies { get; init; } = new();

    public StatementPolicies BankStatements { get; init; } = new();

    /// <summary>Calls above this many a second are refused by the bank; 0: none are.</summary>
    public int BankMaxCallsPerSecond { get; init; }

    /// <summary>What the worker holds itself to, by project.</summary>
    public IReadOnlyDictionary<string, double> CallsPerSecond { get; init; } = new Dictionary<string, double>();

    /// <summary>The sender's daily statement is compared with the payouts, its cards among them.</summary>
    public bool Reconciles { get; init; }

    /// <summary>Settings of the worker over the town's own, by their path, e.g. <c>Worker:MaxCalls</c>.</summary>
    public IReadOnlyDictionary<string, object> WorkerSettings { get; init; } = new Dictionary<string, object>();

    /// <summary>Who may sign in to the operators' pages; nobody: there are none.</summary>
    public IReadOnlyList<TownPerson> People { get; init; } = [];

    /// <summary>Both sides have a next key pair, which nobody uses until a test says so.</summary>
    public bool HasNextKeys { get; init; }

    /// <summary>A fixed port for the first worker's admin pages, for people who look at them; null picks a free one.</summary>
    public int? AdminPort { get; init; }
}
