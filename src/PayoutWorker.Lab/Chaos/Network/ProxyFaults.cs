namespace PayoutWorker.Lab.Chaos.Network;

/// <summary>What may happen to connections, by chance: each one meets at most one fault.</summary>
internal sealed record ProxyFaults
{
    /// <summary>The share of connections that meet each fault, between 0 and 1.</summary>
    public IReadOnlyDictionary<ProxyFault, double> Shares { get; init; } = new Dictionary<ProxyFault, double>();

    /// <summary>A fault strikes after at least this many bytes of its direction.</summary>
    public int BytesMin { get; init; } = 100;

    /// <summary>And after at most this many; smaller numbers are likelier.</summary>
    public int BytesMax { get; init; } = 40_000;

    /// <summary>The longest pause. Below the quarantine, or a call arrives that was given up.</summary>
    public TimeSpan PauseMax { get; init; } = TimeSpan.FromSeconds(1);
}
