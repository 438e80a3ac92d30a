namespace PayoutWorker.Lab.Processes;

/// <summary>The last lines of a program, and those who wait for one.</summary>
internal sealed class OutputLines : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new();
    private readonly List<Waiter> _waiters = [];
    private readonly int _capacity;
    private StreamWriter? _log;
    private Action<string>? _onLine;
    private bool _ended;

    public OutputLines(ChildProcessOptions options)
    {
        _capacity = options.LinesKept;
        _onLine = options.OnLine;
        if (options.LogFile is { } path)
            _log = new StreamWriter(path, append: true) { AutoFlush = true };
    }

    public void Add(string line)
    {
        lock (_lock)
        {
            if (_lines.Count == _capacity)
                _lines.Dequeue();
            _lines.Enqueue(line);
            _log?.WriteLine(line);
            _onLine?.Invoke(line);
            foreach (var waiter in _waiters.Where(waiter => waiter.Predicate(line)).ToList())
            {
                _waiters.Remove(waiter);
                waiter.Found.TrySetResult(line);
            }
        }
    }

    public IReadOnlyList<string> Tail(int count)
    {
        lock (_lock)
            return [.. _lines.TakeLast(count)];
    }

    /// <summary>The first kept or coming line that fits; null when the output ends without one.</summary>
    public async Task<string?> FindAsync(Func<string, bool> predicate, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(predicate, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_lock)
        {
            var kept = _lines.FirstOrDefault(predicate);
            if (kept is not null || _ended)
                return kept;
            _waiters.Add(waiter);
        }
        try
        {
            return await waiter.Found.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_lock)
                _waiters.Remove(waiter);
        }
    }

    /// <summary>No line comes any more.</summary>
    public void End()
    {
        lock (_lock)
        {
            _ended = true;
            foreach (var waiter in _waiters)
                waiter.Found.TrySetResult(null);
            _waiters.Clear();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _log?.Dispose();
            _log = null;
            _onLine = null;
        }
    }

    private sealed record Waiter(Func<string, bool> Predicate, TaskCompletionSource<string?> Found);
}
