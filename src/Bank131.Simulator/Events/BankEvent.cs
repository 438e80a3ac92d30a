namespace Bank131.Simulator;

internal enum BankEventKind
{
    Created,
    Started,
    Inited,
    Confirmed,
    Cancelled,
    StatusAsked,

    /// <summary>A request was answered with an error code.</summary>
    Refused,

    /// <summary>A call above <see cref="SimulatorOptions.MaxCallsPerSecond"/>, processed by nobody.</summary>
    TooMany,

    /// <summary>A scripted or random fault struck a call or a webhook; the code names it.</summary>
    Fault,

    /// <summary>Money left.</summary>
    Settled,

    /// <summary>A payout ended without a payment.</summary>
    Failed,
    Refunded,
    WebhookSending,
    WebhookAnswered,
}

/// <summary>Something that happened at the bank.</summary>
/// <param name="Number">Counts all events from 1.</param>
/// <param name="Count">Counts events of this kind from 1.</param>
/// <param name="HttpStatus">Of an answered webhook; null when nobody answered.</param>
internal sealed record BankEvent(
    long Number,
    DateTimeOffset At,
    BankEventKind Kind,
    long Count,
    string? Project,
    string? SessionId,
    string? Payee,
    long? Amount,
    string? Code = null,
    string? WebhookType = null,
    int? Attempt = null,
    int? HttpStatus = null
);
