namespace PayoutWorker.Audit;

/// <summary>When each run of the sealer was.</summary>
internal sealed class RunTimes
{
    private readonly Dictionary<long, DateTimeOffset> _times = [];

    /// <summary>Of the newest run; the beginning of time when there is none.</summary>
    public DateTimeOffset Newest { get; private set; } = DateTimeOffset.MinValue.AddYears(1);

    public void Add(long run, DateTimeOffset at)
    {
        _times[run] = at;
        if (at > Newest)
            Newest = at;
    }

    public DateTimeOffset Of(long run) => _times.GetValueOrDefault(run, DateTimeOffset.MinValue.AddYears(1));

    public bool Knows(long run) => _times.ContainsKey(run);

    /// <summary>Of the run before that one.</summary>
    public DateTimeOffset Before(long run) => Of(run - 1);
}
