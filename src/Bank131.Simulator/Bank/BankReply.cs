namespace Bank131.Simulator;

/// <summary>What the transport does with an answer.</summary>
internal enum ReplyFate
{
    Answer,

    /// <summary>The connection breaks without an answer.</summary>
    Reset,

    /// <summary>No answer; the connection stays open until the client gives up.</summary>
    Silence,

    /// <summary>Half of the body leaves, then the connection breaks.</summary>
    Truncate,
}

/// <summary>The bank's answer to a call.</summary>
internal sealed record BankReply(int HttpStatus, byte[] Body)
{
    public ReplyFate Fate { get; init; }

    /// <summary>The answer leaves this much later, already scaled.</summary>
    public TimeSpan Delay { get; init; }
    public TimeSpan? RetryAfter { get; init; }
    public string? Location { get; init; }
    public string ContentType { get; init; } = "application/json";

    /// <summary>Webhooks that must be delivered before this answer is written.</summary>
    public IReadOnlyList<WebhookDelivery> SendFirst { get; init; } = [];

    public bool IsAccepted { get; init; }

    /// <summary>The error code of a refused request.</summary>
    public string? Code { get; init; }
}
