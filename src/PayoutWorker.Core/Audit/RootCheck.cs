namespace PayoutWorker.Audit;

/// <summary>Checks the roots of days against the runs, and against roots that were kept elsewhere.</summary>
internal sealed class RootCheck(
    IReadOnlyList<RootRow> roots,
    IReadOnlyDictionary<DateOnly, byte[]> known,
    AuditTally tally,
    Action<Finding> report
)
{
    private readonly Dictionary<DateOnly, List<byte[]>> _runs = [];
    private DateOnly? _last;

    /// <summary>To be told of every run, in order.</summary>
    public void Add(RunRow run)
    {
        var day = DateOnly.FromDateTime(run.At.UtcDateTime);
        if (!_runs.TryGetValue(day, out var runs))
            _runs[day] = runs = [];
        runs.Add(run.Hash);
        _last = day;
    }

    /// <summary>When all runs were told.</summary>
    public void Check()
    {
        byte[]? previous = null;
        DateOnly? expected = _runs.Count == 0 ? null : _runs.Keys.Min();
        foreach (var root in roots)
        {
            tally.Roots++;
            for (; expected < root.Day; expected = expected.Value.AddDays(1))
                Report("removed", $"the root of {expected:yyyy-MM-dd}");
            var runs = _runs.GetValueOrDefault(root.Day, []);
            byte[] hashes = [.. runs.SelectMany(hash => hash)];
            if (
                runs.Count != root.Runs
                || !Hashes.Chained(RunCheck.RootFields(root, previous, hashes)).AsSpan().SequenceEqual(root.Root)
            )
                Report("broken", $"the root of {root.Day:yyyy-MM-dd} does not fit the runs of that day");
            (previous, expected) = (root.Root, root.Day.AddDays(1));
        }
        for (; expected < _last; expected = expected.Value.AddDays(1))
            Report("removed", $"the root of {expected:yyyy-MM-dd}");
        Compare();
    }

    /// <summary>The roots from elsewhere alone.</summary>
    public void Compare()
    {
        foreach (var (day, kept) in known)
            if (roots.FirstOrDefault(root => root.Day == day) is not { } root)
                Report("removed", $"the root of {day:yyyy-MM-dd}, which was given");
            else if (!root.Root.AsSpan().SequenceEqual(kept))
                Report("broken", $"the root of {day:yyyy-MM-dd} is another than was given: history was rewritten");
    }

    private void Report(string kind, string text) => report(new Finding(kind, null, text));
}
