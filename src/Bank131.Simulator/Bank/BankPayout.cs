namespace Bank131.Simulator;

internal enum PayoutState
{
    InProgress,
    Pending,
    Succeeded,
    Failed,
}

internal sealed record BankRefund(string Id, string Status, DateTimeOffset At, long Amount, string Currency);

/// <summary>A payout as the bank keeps it.</summary>
internal sealed class BankPayout(
    string id,
    PayoutOrder asked,
    ScriptRun? script,
    Outcome outcome,
    DateTimeOffset created
)
{
    public string Id { get; } = id;
    public PayoutOrder Asked { get; } = asked;
    public ScriptRun? Script { get; } = script;
    public Outcome Outcome { get; } = outcome;
    public DateTimeOffset CreatedAt { get; } = created;

    /// <summary>What <c>payments</c> shows, what <c>confirm_information</c> shows, and what would be paid.</summary>
    public PayoutOrder Shown { get; init; } = asked;
    public PayoutOrder ShownToConfirm { get; init; } = asked;
    public PayoutOrder Executed { get; init; } = asked;

    public string? Metadata { get; init; }
    public PayoutState State { get; set; }
    public bool Released { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
    public BankErrorBody? Error { get; set; }
    public List<BankRefund> Refunds { get; } = [];
    public bool IsFinal => State is PayoutState.Succeeded or PayoutState.Failed;
}
