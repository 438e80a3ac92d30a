namespace Bank131.Simulator;

/// <summary>What the bank will do and when. Equal times keep the order in which they were planned.</summary>
internal sealed class Agenda
{
    private readonly PriorityQueue<Action, (DateTimeOffset Due, long Number)> _queue = new();
    private long _number;

    public DateTimeOffset? NextDue => _queue.TryPeek(out _, out var key) ? key.Due : null;

    public void Plan(DateTimeOffset due, Action act) => _queue.Enqueue(act, (due, ++_number));

    public bool TryTake(DateTimeOffset now, out DateTimeOffset due, out Action act)
    {
        if (_queue.TryPeek(out act!, out var key) && key.Due <= now)
        {
            due = key.Due;
            _queue.Dequeue();
            return true;
        }
        due = default;
        return false;
    }
}
