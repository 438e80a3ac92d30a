namespace PayoutWorker.Host.Configuration.Settings;

/// <summary>Section <c>Policy</c>: bounds after which a person is asked.</summary>
internal sealed class PolicySettings
{
    public int MaxSends { get; init; } = 20;

    /// <summary>From this many kopecks on a confirm needs the bank's own word, by session/status, that it waits for it.</summary>
    public long? AskBeforeConfirmFrom { get; init; }

    public int ManySessions { get; init; } = 10;
    public int MaxClaims { get; init; } = 8;
    public int RestartsAfterConfirmTimeout { get; init; } = 1;
}
