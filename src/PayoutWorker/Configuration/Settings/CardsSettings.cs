namespace PayoutWorker.Host.Configuration.Settings;

/// <summary>Section <c>Cards</c>: needed where a project pays to cards.</summary>
internal sealed class CardsSettings
{
    /// <summary>Private keys that open sealed card numbers; the current one first.</summary>
    public IReadOnlyList<string> PrivateKeyFiles { get; init; } = [];

    /// <summary>
    /// The same with ids and dates: the dates say which one the ERP is to seal with, all of them open what was sealed.
    /// </summary>
    public IReadOnlyList<KeySettings> PrivateKeys { get; init; } = [];

    /// <summary>Whichever of both is set.</summary>
    public IReadOnlyList<KeySettings> SealingKeys =>
        PrivateKeys.Count > 0 ? PrivateKeys : [.. PrivateKeyFiles.Select(KeySettings.OfFile)];

    /// <summary>Secret for hashes of bodies that hold a card number.</summary>
    public string? BodyHashKeyFile { get; init; }

    /// <summary>How long a sealed number stays after a call that may have carried it, while the outcome is open.</summary>
    public TimeSpan SealedAtMost { get; init; } = TimeSpan.FromDays(7);
}
