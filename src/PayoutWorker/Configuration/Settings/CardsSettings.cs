namespace PayoutWorker.Host.Configuration.Settings;

/// <summary>Section <c>Cards</c>: needed where a project pays to cards.</summary>
internal sealed class CardsSettings
{
    /// <summary>Private keys that open sealed card numbers; the current one first.</summary>
    public IReadOnlyList<string> PrivateKeyFiles { get; init; } = [];

    /// <summary>Secret for hashes of bodies that hold a card number.</summary>
    public string? BodyHashKeyFile { get; init; }

    /// <summary>How long a sealed number stays after a call that may have carried it, while the outcome is open.</summary>
    public TimeSpan SealedAtMost { get; init; } = TimeSpan.FromDays(7);
}
