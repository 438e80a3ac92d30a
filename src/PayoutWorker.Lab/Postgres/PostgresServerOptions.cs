namespace PayoutWorker.Lab.Postgres;

/// <summary>How a server is started.</summary>
internal sealed record PostgresServerOptions
{
    /// <summary>
    /// Commits reach the disk (fsync). Without it a commit still survives any death of the server's processes, only
    /// not the machine's: enough for tests, never for a measurement or a claim about durability.
    /// </summary>
    public bool Durable { get; init; }

    /// <summary>A private cluster even where PAYOUTS_PG names a server: for those who stop or kill it.</summary>
    public bool Private { get; init; }

    /// <summary>Missing binaries may be installed, where we are root and there is apt-get.</summary>
    public bool AllowInstall { get; init; }

    /// <summary>The port of a private cluster; null picks a free one.</summary>
    public int? Port { get; init; }

    /// <summary>More settings of a private cluster, over ours.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Where one-line notices go (an installation); null keeps them quiet.</summary>
    public TextWriter? Notices { get; init; }
}
