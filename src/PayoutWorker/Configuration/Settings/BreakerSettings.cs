namespace PayoutWorker.Host.Configuration.Settings;

/// <summary>Section <c>Breaker</c>: when a bank that does not answer is left alone for a while.</summary>
internal sealed class BreakerSettings
{
    /// <summary>The time over which answers are counted.</summary>
    public TimeSpan Sampling { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long nothing is sent once it is open.</summary>
    public TimeSpan Break { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Calls within the sampling time before it may open at all.</summary>
    public int BreakAfter { get; init; } = 20;

    /// <summary>Share of unusable answers at which it opens.</summary>
    public double FailureRatio { get; init; } = 0.5;

    /// <summary>Repeats of one question (session/status only).</summary>
    public int AskRetries { get; init; } = 2;
}
