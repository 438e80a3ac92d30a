namespace PayoutWorker.Host.Configuration.Settings;

/// <summary>Section <c>Keys</c>: how key files are watched while the worker runs.</summary>
internal sealed class KeysSettings
{
    /// <summary>How often the configuration file and the key files are looked at.</summary>
    public TimeSpan ReadEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long before the last key of a use ends somebody is told.</summary>
    public TimeSpan WarnBefore { get; init; } = TimeSpan.FromDays(14);
}
