namespace PayoutWorker.Store;

/// <summary>
/// How far back a look at what is due goes. While somebody holds an old transaction open, what was taken stays in the
/// index as a dead entry, and a look that begins at the oldest passes over all of them: after minutes that is most of the
/// work. So a look goes all the way when the last one that did is fifty times as long ago as it took, five seconds at
/// most, and the others see what became due since. What became due earlier and was committed later waits for the next.
/// </summary>
/// <param name="time">Null: every look goes all the way.</param>
internal sealed class Lookback(TimeProvider? time)
{
    private const int Rest = 50;
    private static readonly TimeSpan RestAtMost = TimeSpan.FromSeconds(5);

    // Transactions are seen at their commit and make due at their beginning.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private long? _began;
    private TimeSpan _rest;

    /// <param name="mayBeShort">False: all the way, whatever it takes.</param>
    public Look Begin(bool mayBeShort = true)
    {
        if (time is null)
            return Look.AllTheWay;
        var now = time.GetTimestamp();
        lock (_lock)
            return mayBeShort && _began is { } began && time.GetElapsedTime(began, now) is var ago && ago < _rest
                ? new Look(now, ago + Overlap)
                : new Look(now, null);
    }

    public TimeSpan Since(Look look) => time?.GetElapsedTime(look.Began) ?? TimeSpan.Zero;

    /// <param name="took">How long the server looked.</param>
    /// <param name="leaves">There may be more that was due when it began: the next goes all the way, too.</param>
    public void End(Look look, TimeSpan took, bool leaves)
    {
        if (time is null || !look.IsAll)
            return;
        var rest = Rest * took;
        lock (_lock)
            (_began, _rest) = (leaves ? null : look.Began, rest < RestAtMost ? rest : RestAtMost);
    }
}

/// <param name="Began">Monotonic.</param>
/// <param name="Short">How far back it goes; null: all the way.</param>
internal sealed record Look(long Began, TimeSpan? Short)
{
    // Longer than anything can be due, and short enough for a date.
    private static readonly TimeSpan Ever = TimeSpan.FromDays(36_500);

    public static Look AllTheWay { get; } = new(0, null);

    public bool IsAll => Short is null;
    public TimeSpan Back => Short ?? Ever;
}
