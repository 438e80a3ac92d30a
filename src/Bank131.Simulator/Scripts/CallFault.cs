namespace Bank131.Simulator;

/// <summary>Something that goes wrong with a call.</summary>
/// <param name="Kind">What.</param>
/// <param name="Step">At which method; null: any.</param>
internal sealed record CallFault(CallFaultKind Kind, BankStep? Step = null)
{
    /// <summary>Calls that fit and pass unharmed first: 4 with <see cref="Times"/> 1 is "the fifth call".</summary>
    public int Skip { get; init; }
    public int Times { get; init; } = 1;

    /// <summary>Only calls about this payee; a create names none.</summary>
    public string? Payee { get; init; }
    public long? Amount { get; init; }

    /// <summary>For slow answers, late deliveries and second copies.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>For the errors; 500 if not given.</summary>
    public int? HttpStatus { get; init; }
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Stands in the body of an error and of garbage, e.g. the number of a card.</summary>
    public string? Text { get; init; }

    /// <summary>
    /// Where the connection would be reset, it stays open without an answer until the client gives up.
    /// </summary>
    public bool Silent { get; init; }

    /// <summary>For the redirect; null: the same address.</summary>
    public string? Location { get; init; }
}

internal enum CallFaultKind
{
    /// <summary>Processed, then the connection breaks.</summary>
    AnswerLost,

    /// <summary>The connection breaks, nothing was processed.</summary>
    RequestLost,

    /// <summary>HTTP 5xx, nothing processed.</summary>
    ErrorBefore,

    /// <summary>Processed, then HTTP 5xx.</summary>
    ErrorAfter,

    /// <summary>HTTP 429 with Retry-After, nothing processed.</summary>
    TooManyRequests,

    /// <summary>Processed at once, answered after the delay.</summary>
    Slow,

    /// <summary>Processed, then HTTP 200 with a page of HTML.</summary>
    Garbage,

    /// <summary>Processed, then half of the answer and a broken connection.</summary>
    Truncated,

    /// <summary>Processed, then an answer that names another session.</summary>
    WrongSession,

    /// <summary>HTTP 307, nothing processed.</summary>
    Redirect,

    /// <summary>The connection breaks; the request is processed after the delay.</summary>
    LateDelivery,

    /// <summary>Processed twice, the second time after the delay; the first answer is sent.</summary>
    Doubled,
}
