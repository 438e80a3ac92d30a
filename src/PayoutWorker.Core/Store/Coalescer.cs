namespace PayoutWorker.Store;

/// <summary>
/// Turns many small durable writes into few large ones. One flush is under way at a time; what arrives meanwhile is
/// the next. There is no timer: a write that comes alone goes at once, under load sets form by themselves. Each caller
/// awaits the commit of its own write.
/// </summary>
/// <param name="flush">Writes a set in one transaction and returns one result for each item, in order.</param>
/// <param name="key">Items of the same key never share a flush; null when they may.</param>
/// <param name="splits">After this failure the items are tried one by one: one of them is to blame, not the database.</param>
internal sealed class Coalescer<TItem, TResult>(
    Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> flush,
    Func<TItem, long>? key,
    Func<Exception, bool> splits,
    int maxItems = 500
)
{
    private const int YieldsMax = 4;

    private readonly Lock _lock = new();
    private readonly LinkedList<Waiting> _waiting = [];
    private bool _flushing;

    public Task<TResult> AddAsync(TItem item)
    {
        var waiting = new Waiting(item);
        lock (_lock)
        {
            _waiting.AddLast(waiting);
            if (_flushing)
                return waiting.Result.Task;
            _flushing = true;
        }
        _ = Task.Run(FlushAllAsync);
        return waiting.Result.Task;
    }

    private async Task FlushAllAsync()
    {
        while (true)
        {
            // Behind all that is ready to run, a few times while that has more to write. Where nothing is, this is at once.
            for (int times = 0, before = -1; times < YieldsMax && before < Count; times++)
            {
                before = Count;
                await Task.Yield();
            }
            if (Take() is not { Count: > 0 } set)
                return;
            await FlushAsync(set);
        }
    }

    private int Count
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    private List<Waiting> Take()
    {
        lock (_lock)
        {
            List<Waiting> set = [];
            HashSet<long> keys = [];
            for (var node = _waiting.First; node is not null && set.Count < maxItems; )
            {
                var next = node.Next;
                if (key is null || keys.Add(key(node.Value.Item)))
                {
                    set.Add(node.Value);
                    _waiting.Remove(node);
                }
                node = next;
            }
            _flushing = set.Count > 0;
            return set;
        }
    }

    private async Task FlushAsync(List<Waiting> set)
    {
        try
        {
            var results = await flush([.. set.Select(waiting => waiting.Item)]);
            for (var i = 0; i < set.Count; i++)
                set[i].Result.SetResult(results[i]);
        }
        catch (Exception e) when (set.Count > 1 && splits(e))
        {
            foreach (var waiting in set)
                await FlushAsync([waiting]);
        }
        catch (Exception e)
        {
            foreach (var waiting in set)
                waiting.Result.TrySetException(e);
        }
    }

    private sealed class Waiting(TItem item)
    {
        public TItem Item { get; } = item;
        public TaskCompletionSource<TResult> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
