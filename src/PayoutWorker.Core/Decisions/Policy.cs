namespace PayoutWorker.Decisions;

/// <summary>What the operators decided: everything beside the payout itself that a decision may look at.</summary>
internal sealed record Policy
{
    public Timings Timings { get; init; } = new();

    /// <summary>By project name.</summary>
    public IReadOnlyDictionary<string, ProjectPolicy> Projects { get; init; } = new Dictionary<string, ProjectPolicy>();

    /// <summary>By the bank's error code; a code that is not there is <see cref="ErrorClass.Unknown"/>.</summary>
    public IReadOnlyDictionary<string, ErrorClass> ErrorCodes { get; init; } = new Dictionary<string, ErrorClass>();

    public GuardPolicy Guard { get; init; } = new();
    public RequisitesPolicy Requisites { get; init; } = new();

    /// <summary>Sends of one start or confirm before the payout is held; it is still asked about.</summary>
    public int MaxSends { get; init; } = 20;

    /// <summary>Creates of one payout after which an alarm is raised; creating goes on, more slowly.</summary>
    public int ManySessions { get; init; } = 10;

    /// <summary>Fruitless claims in a row after which the payout is held: it may be what kills the worker.</summary>
    public int MaxClaims { get; init; } = 8;

    /// <summary>New sessions after the bank cancelled because the confirm came too late; then failed.</summary>
    public int RestartsAfterConfirmTimeout { get; init; } = 1;

    /// <summary>
    /// Payouts from this many minor units on are confirmed only after session/status itself said that the bank waits
    /// for it: then not even a stolen webhook key releases them. Null: never asked for.
    /// </summary>
    public long? AskBeforeConfirmFrom { get; init; }

    public ErrorClass Class(string? code) =>
        code is not null && ErrorCodes.TryGetValue(code, out var known) ? known : ErrorClass.Unknown;

    public bool IsAutoConfirm(string? project) =>
        project is not null && Projects.TryGetValue(project, out var policy) && policy.AutoConfirm;
}

/// <param name="AutoConfirm">The bank confirms by itself: there the first call is the one that pays.</param>
internal sealed record ProjectPolicy(bool AutoConfirm);

/// <summary>What a code means for the payout. The table <c>payouts.bank_error</c> maps codes to these.</summary>
internal enum ErrorClass
{
    /// <summary>The outcome is not known: ask.</summary>
    Unknown,

    /// <summary>Not taken, may be tried again later.</summary>
    Retry,

    /// <summary>Not taken, and will not be as it stands.</summary>
    Fail,

    /// <summary>Needs a person.</summary>
    Hold,

    /// <summary>Our key, rights or project are at fault, not the payout: the project stops.</summary>
    PauseProject,

    /// <summary>The sender account has too little money; the payout waits.</summary>
    ShortOfMoney,
}
