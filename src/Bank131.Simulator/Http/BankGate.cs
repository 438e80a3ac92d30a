namespace Bank131.Simulator;

/// <summary>
/// Lets one thread at a time at the bank, and tells listeners what happened after the thread has left it and before
/// the thread goes on to answer or to send.
/// </summary>
internal sealed class BankGate : IDisposable
{
    private readonly Lock _gate = new();
    private readonly EventLog _events;
    private readonly BankMachine _machine;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _changed = new(0, 1);
    private List<BankEvent> _happened = [];

    public BankGate(SimulatorOptions options, EventLog events, TimeProvider time)
    {
        _events = events;
        _time = time;
        _machine = new BankMachine(options, happened => _happened.Add(happened));
    }

    public BankLedger Ledger => _machine.Ledger;

    public BankCaller Authenticate(BankRequest request) => _machine.Authenticate(request);

    public T Do<T>(Func<BankMachine, DateTimeOffset, T> act)
    {
        List<BankEvent> happened;
        T result;
        lock (_gate)
        {
            result = act(_machine, _time.GetUtcNow());
            happened = _happened;
            if (happened.Count > 0)
                _happened = [];
            foreach (var one in happened)
                _events.Append(one);
        }
        if (happened.Count > 0)
            _events.Publish(happened);
        return result;
    }

    /// <summary>The agenda may have got something earlier.</summary>
    public void Wake()
    {
        lock (_gate)
            if (_changed.CurrentCount == 0)
                _changed.Release();
    }

    public Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken) =>
        _changed.WaitAsync(longest, cancellationToken);

    public void Dispose()
    {
        _changed.Dispose();
        _machine.Dispose();
    }
}
