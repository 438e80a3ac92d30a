using System.Collections.Concurrent;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.Driving;

/// <summary>What one drive did, in words an operator understands, with the ids it drove.</summary>
internal sealed class DriveSummary
{
    private readonly ConcurrentQueue<(long Id, PayoutState To, bool Moved)> _driven = new();
    private readonly ConcurrentQueue<long> _errors = new();
    private readonly ConcurrentQueue<long> _troubled = new();

    public int Count => _driven.Count + _errors.Count;

    public IReadOnlyList<long> Ids => [.. _driven.Select(one => one.Id).Concat(_errors)];

    /// <summary>Those that went wrong: somebody may want to look at each.</summary>
    public IReadOnlyList<long> Troubled => [.. _troubled];

    public void Add(Claimed claimed, Payout after)
    {
        _driven.Enqueue((after.Id, after.State, after.State != claimed.Found));
        if (Trouble.In(claimed.Found, after))
            _troubled.Enqueue(after.Id);
    }

    public void AddError(long id)
    {
        _errors.Enqueue(id);
        _troubled.Enqueue(id);
    }

    /// <summary>e.g. <c>12 payouts: 5 started, 3 confirmed, 1 held; 3 unchanged</c>.</summary>
    public override string ToString()
    {
        if (Count == 0)
            return "nothing was due";
        var moved = _driven
            .Where(one => one.Moved)
            .GroupBy(one => one.To)
            .OrderBy(group => group.Key)
            .Select(group => $"{group.Count()} {group.Key.Text()}");
        var unchanged = _driven.Count(one => !one.Moved);
        var parts = string.Join(", ", moved);
        return $"{Count} {(Count == 1 ? "payout" : "payouts")}: {(parts.Length == 0 ? "none moved" : parts)}"
            + (unchanged > 0 ? $"; {unchanged} unchanged" : "")
            + (_errors.IsEmpty ? "" : $"; {_errors.Count} with an error, see the log");
    }
}
