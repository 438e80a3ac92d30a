namespace Bank131.Simulator;

/// <summary>
/// When a webhook that was not answered with 2xx is sent again: at growing intervals, until a stop time.
/// </summary>
internal sealed record WebhookRetry
{
    public TimeSpan First { get; init; } = TimeSpan.FromSeconds(5);
    public double Factor { get; init; } = 2;
    public TimeSpan MaxInterval { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Counted from the first attempt; null: for ever.</summary>
    public TimeSpan? StopAfter { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Not scaled: it waits for a real machine.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Webhooks on their way at the same time.</summary>
    public int Concurrency { get; init; } = 64;

    /// <summary>The pause after the given attempt (1 = the first).</summary>
    public TimeSpan After(int attempt)
    {
        var ticks = First.Ticks * Math.Pow(Factor, Math.Min(attempt - 1, 60));
        return ticks >= MaxInterval.Ticks ? MaxInterval : TimeSpan.FromTicks((long)ticks);
    }
}
