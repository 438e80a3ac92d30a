namespace PayoutWorker.Lab.Chaos;

/// <summary>A chaos run.</summary>
/// <param name="Storm">How long payouts are inserted and things are broken.</param>
/// <param name="Payouts">How many are inserted meanwhile, in bursts.</param>
internal sealed record ChaosOptions(TimeSpan Storm, int Seed, int Workers, int Payouts)
{
    /// <summary>A twentieth of the real durations: a lease is 3 s, the quarantine 5 s.</summary>
    public const double Scale = 0.05;

    /// <summary>How long it may take, once everything is up again, until every payout is at rest.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>The pause between two blows, at least.</summary>
    public TimeSpan PauseMin { get; init; } = TimeSpan.FromMilliseconds(300);

    public TimeSpan PauseMax { get; init; } = TimeSpan.FromSeconds(3);

    public bool AllowInstall { get; init; }

    /// <summary>Where the workers' logs are copied to at the end; null: they go.</summary>
    public string? LogFolder { get; init; }
}
