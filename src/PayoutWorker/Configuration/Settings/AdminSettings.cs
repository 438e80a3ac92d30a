namespace PayoutWorker.Host.Configuration.Settings;

/// <summary>Section <c>Admin</c>: who may see the operators' pages and Hangfire's dashboard. Nobody without users.</summary>
internal sealed class AdminSettings
{
    /// <summary>The people. One without a password file comes in by the proxy's header only.</summary>
    public IReadOnlyList<UserSettings> Users { get; init; } = [];

    /// <summary>From the sign-in to the next one, however busy the person is.</summary>
    public TimeSpan SessionTime { get; init; } = TimeSpan.FromHours(8);

    /// <summary>Wrong passwords for one user from one address before both are locked out; from one address four times.</summary>
    public int LockAfter { get; init; } = 5;

    public TimeSpan LockTime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Folder for the keys of the session cookies; null: in memory, so sessions end with the process.</summary>
    public string? KeyFolder { get; init; }

    /// <summary>A proxy that ends TLS stands before the listener: cookies are for TLS alone.</summary>
    public bool BehindTls { get; init; }

    /// <summary>The authenticating proxy's address; only from there the header is believed.</summary>
    public string? ProxyAddress { get; init; }

    /// <summary>File with the secret that the proxy sends in X-Proxy-Secret; a must where its address is loopback.</summary>
    public string? ProxySecretFile { get; init; }

    /// <summary>The header in which that proxy names the person.</summary>
    public string ProxyUserHeader { get; init; } = "X-Forwarded-User";
}
