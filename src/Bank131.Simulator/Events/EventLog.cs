namespace Bank131.Simulator;

/// <summary>
/// Everything that happened at the bank, for tests that wait for a moment or act at it. May be used from any thread.
/// </summary>
internal sealed class EventLog(int kept)
{
    private readonly Lock _gate = new();
    private readonly List<BankEvent> _history = [];
    private readonly List<Waiter> _waiters = [];
    private readonly long[] _counts = new long[Enum.GetValues<BankEventKind>().Length];
    private Action<BankEvent>? _callbacks;
    private Exception? _broken;

    /// <summary>
    /// Called after the bank did something and before the answer is written or the webhook is sent; the bank waits.
    /// </summary>
    public event Action<BankEvent> Happened
    {
        add
        {
            lock (_gate)
                _callbacks += value;
        }
        remove
        {
            lock (_gate)
                _callbacks -= value;
        }
    }

    public long Count(BankEventKind kind)
    {
        lock (_gate)
            return _counts[(int)kind];
    }

    /// <summary>The kept history after an event's number, oldest first.</summary>
    public IReadOnlyList<BankEvent> After(long number = 0)
    {
        lock (_gate)
            return [.. _history.Where(e => e.Number > number)];
    }

    public IReadOnlyDictionary<BankEventKind, long> Counters()
    {
        lock (_gate)
            return Enum.GetValues<BankEventKind>().ToDictionary(k => k, k => _counts[(int)k]);
    }

    /// <summary>The first kept or coming event that fits.</summary>
    /// <exception cref="TimeoutException">None came in time.</exception>
    /// <exception cref="InvalidOperationException">The simulator broke down, perhaps in a listener.</exception>
    public async Task<BankEvent> WaitForAsync(
        Func<BankEvent, bool> predicate,
        TimeSpan timeout,
        CancellationToken cancellationToken
    )
    {
        var waiter = new Waiter(predicate);
        lock (_gate)
        {
            if (_history.Find(e => predicate(e)) is { } known)
                return known;
            if (_broken is not null)
                throw new InvalidOperationException("the bank simulator broke down", _broken);
            _waiters.Add(waiter);
        }
        try
        {
            return await waiter.Task.WaitAsync(timeout, cancellationToken);
        }
        finally
        {
            lock (_gate)
                _waiters.Remove(waiter);
        }
    }

    internal void Append(BankEvent happened)
    {
        lock (_gate)
        {
            _counts[(int)happened.Kind]++;
            if (_history.Count >= kept && kept > 0)
                _history.RemoveRange(0, kept / 2 + 1);
            if (kept > 0)
                _history.Add(happened);
            foreach (var waiter in _waiters)
                waiter.Offer(happened);
        }
    }

    /// <summary>Nothing will happen any more: whoever waits is told why instead of waiting on.</summary>
    internal void Break(Exception reason)
    {
        lock (_gate)
        {
            _broken ??= reason;
            foreach (var waiter in _waiters)
                waiter.Fail(new InvalidOperationException("the bank simulator broke down", reason));
        }
    }

    internal void Publish(List<BankEvent> happened)
    {
        Action<BankEvent>? callbacks;
        lock (_gate)
            callbacks = _callbacks;
        if (callbacks is null)
            return;
        foreach (var one in happened)
            callbacks(one);
    }

    private sealed class Waiter(Func<BankEvent, bool> predicate)
    {
        private readonly TaskCompletionSource<BankEvent> _done = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );

        public Task<BankEvent> Task => _done.Task;

        public void Offer(BankEvent happened)
        {
            if (predicate(happened))
                _done.TrySetResult(happened);
        }

        public void Fail(Exception reason) => _done.TrySetException(reason);
    }
}
