namespace Bank131.Simulator;

/// <summary>How the simulated bank behaves. Everything the bank's pages leave open is a choice in here.</summary>
internal sealed record SimulatorOptions
{
    public IReadOnlyList<SimulatedProject> Projects { get; init; } = [];

    /// <summary>The key that signs webhooks, PEM; null only where no webhook leaves the process.</summary>
    public string? BankPrivateKeyPem { get; init; }

    /// <summary>Signs instead after <see cref="BankSimulator.UseNextBankKey"/>: the bank rotates its key.</summary>
    public string? NextBankPrivateKeyPem { get; init; }

    /// <summary>The address to listen on; /control is open to whoever reaches it.</summary>
    public string Listen { get; init; } = "127.0.0.1";

    /// <summary>TCP port; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>
    /// Multiplies every duration of the bank, of scripts too; answer time-outs of webhooks stay as they are.
    /// </summary>
    public double Scale { get; init; } = 1;

    /// <summary>Off only where the caller is in this process and signs nothing.</summary>
    public bool CheckSignatures { get; init; } = true;

    /// <summary>Calls above this many a second are answered with 429 and processed by nobody; 0: no limit.</summary>
    public int MaxCallsPerSecond { get; init; }

    /// <summary>How many events <see cref="EventLog"/> remembers; 0 for runs of millions of calls.</summary>
    public int EventsKept { get; init; } = 200_000;

    public BankDelays Delays { get; init; } = new();
    public WebhookRetry WebhookRetry { get; init; } = new();
    public BankPolicies Policies { get; init; } = new();
    public StatementPolicies Statements { get; init; } = new();
    public RandomFaults? RandomFaults { get; init; }
}
