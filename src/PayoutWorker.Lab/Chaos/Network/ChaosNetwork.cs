namespace PayoutWorker.Lab.Chaos.Network;

/// <summary>How bad the network is in a chaos run.</summary>
internal static class ChaosNetwork
{
    /// <summary>Every second connection meets something.</summary>
    public static ProxyFaults ToBank { get; } =
        new()
        {
            Shares = new Dictionary<ProxyFault, double>
            {
                [ProxyFault.CutRequest] = 0.1,
                [ProxyFault.CutAnswer] = 0.12,
                [ProxyFault.Delay] = 0.1,
                [ProxyFault.SilenceThenPass] = 0.08,
                [ProxyFault.SilenceThenCut] = 0.05,
                [ProxyFault.Garbage] = 0.05,
            },
            // Twice the time-out of 1 s, and with the bank's own delays below the quarantine of 5 s.
            PauseMax = TimeSpan.FromSeconds(2),
        };

    /// <summary>No garbage: PostgreSQL's protocol has no way to notice it, which is what TLS is for.</summary>
    public static ProxyFaults ToDatabase { get; } =
        new()
        {
            Shares = new Dictionary<ProxyFault, double>
            {
                [ProxyFault.CutRequest] = 0.1,
                [ProxyFault.CutAnswer] = 0.1,
                [ProxyFault.Delay] = 0.1,
                [ProxyFault.SilenceThenPass] = 0.05,
                [ProxyFault.SilenceThenCut] = 0.05,
            },
            BytesMin = 1_000,
            BytesMax = 2_000_000,
            PauseMax = TimeSpan.FromSeconds(3),
        };
}
