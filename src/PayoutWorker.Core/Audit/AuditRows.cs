namespace PayoutWorker.Audit;

/// <summary>A link of a payout's chain.</summary>
internal sealed record SealRow
{
    public long PayoutId { get; init; }
    public int N { get; init; }
    public long RunId { get; init; }

    /// <summary>Names of what it covers, with a space between.</summary>
    public string Items { get; init; } = "";
    public byte[] Digests { get; init; } = [];
    public byte[] Hash { get; init; } = [];

    public string[] Names => Items.Split(' ');

    /// <summary>What its hash is over.</summary>
    public IEnumerable<string> Fields(byte[]? previous) =>
        ["seal", Invariant(PayoutId), Invariant(N), Hashes.Hex(previous), Hashes.Hex(Digests), Items];

    /// <summary>It covers an erasure and nothing else.</summary>
    public bool IsErasure => Items is ['x', ..];

    private static string Invariant(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>Something of a payout as it is now.</summary>
/// <param name="Item">Its name in seals, e.g. <c>e17</c>.</param>
/// <param name="Covered">The text that its digest is over.</param>
/// <param name="WasSeen">An event that the last sealer could see.</param>
internal sealed record ItemRow(long PayoutId, string Item, string Covered, DateTimeOffset At, bool WasSeen)
{
    private ItemRow()
        : this(0, "", "", default, false) { }
}

/// <summary>A run of the sealer, with the hashes of its seals one after the other.</summary>
internal sealed record RunRow
{
    public long Id { get; init; }
    public DateTimeOffset At { get; init; }
    public string Micros { get; init; } = "";
    public int Seals { get; init; }
    public byte[] Hash { get; init; } = [];
    public byte[] Hashes { get; init; } = [];

    /// <summary>Whose seals they are, in the same order.</summary>
    public long[] Payouts { get; init; } = [];
}

/// <summary>The root of a day of UTC.</summary>
internal sealed record RootRow
{
    public DateOnly Day { get; init; }
    public long Runs { get; init; }
    public long LastRun { get; init; }
    public byte[] Root { get; init; } = [];
}

/// <summary>Runs that are looked at, and the newest that there is.</summary>
internal sealed record AuditSpan
{
    public long First { get; init; }
    public long Last { get; init; }
    public long? Newest { get; init; }

    /// <summary>Seals of runs that are not there.</summary>
    public long Strays { get; init; }
}
