namespace Bank131.Signing;

/// <summary>
/// Several keys for one use, of which some count at a moment. It is replaced as a whole while others use it: a key that
/// leaves it is not disposed of, since a call may still be signing with it.
/// </summary>
public abstract class KeyRing<T>(TimeProvider time)
{
    private volatile IReadOnlyList<RingKey<T>> _keys = [];

    public IReadOnlyList<RingKey<T>> Keys => _keys;

    /// <summary>
    /// The newest key that counts now: the one with the latest <see cref="RingKey{T}.ValidFrom"/>, among equals the
    /// first; null when none counts.
    /// </summary>
    public RingKey<T>? Current => CurrentOf(_keys, Now);

    protected DateTimeOffset Now => time.GetUtcNow();

    /// <summary>From now on these, in this order.</summary>
    public void Replace(IReadOnlyList<RingKey<T>> keys) => _keys = keys;

    /// <summary>From when on no key counts any more, as far as is known now; null: never.</summary>
    public DateTimeOffset? EndsAt()
    {
        var keys = _keys;
        var moment = Now;
        while (true)
        {
            var valid = keys.Where(key => key.IsValidAt(moment)).ToArray();
            if (valid.Length == 0)
                return moment;
            if (valid.Any(key => key.ValidTo is null))
                return null;
            moment = valid.Max(key => key.ValidTo!.Value);
        }
    }

    private static RingKey<T>? CurrentOf(IReadOnlyList<RingKey<T>> keys, DateTimeOffset now)
    {
        RingKey<T>? newest = null;
        foreach (var key in keys)
            if (key.IsValidAt(now) && (newest is null || From(key) > From(newest)))
                newest = key;
        return newest;

        static DateTimeOffset From(RingKey<T> key) => key.ValidFrom ?? DateTimeOffset.MinValue;
    }
}
