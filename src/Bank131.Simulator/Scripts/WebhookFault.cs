namespace Bank131.Simulator;

/// <summary>Something that goes wrong with a webhook.</summary>
/// <param name="Kind">What.</param>
/// <param name="Type">Which webhook type; null: any.</param>
internal sealed record WebhookFault(WebhookFaultKind Kind, string? Type = null)
{
    public int Skip { get; init; }
    public int Times { get; init; } = int.MaxValue;
    public string? Payee { get; init; }
    public long? Amount { get; init; }

    /// <summary>For delayed ones, and the longest that a reordered one waits for its successor.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For doubled ones: how often it is sent in all.</summary>
    public int Copies { get; init; } = 2;
}

internal enum WebhookFaultKind
{
    /// <summary>Never sent.</summary>
    Lost,
    Doubled,
    Delayed,

    /// <summary>Sent after the session's next webhook.</summary>
    Reordered,

    /// <summary>Delivered before the call that caused it is answered; the bank does not wait meanwhile.</summary>
    BeforeAnswer,

    /// <summary>Somebody else's <c>payment_finished</c>, "succeeded", under a bad signature, comes first.</summary>
    Forged,

    /// <summary>A well signed webhook of a type that nobody knows comes too.</summary>
    UnknownType,
}
