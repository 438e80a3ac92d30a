namespace PayoutWorker.Host.Configuration.Settings;

/// <summary>Section <c>Guard</c>: what is compared beside amount and accounts before a confirm.</summary>
internal sealed class GuardSettings
{
    public bool CompareName { get; init; }
    public bool CompareInn { get; init; } = true;
    public bool CompareKpp { get; init; }

    /// <summary>BIK of the accounts we pay from; <c>none</c> compares none.</summary>
    public string SenderBik { get; init; } = "049205131";
}
