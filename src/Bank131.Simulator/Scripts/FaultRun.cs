namespace Bank131.Simulator;

/// <summary>A fault and how often it was met.</summary>
internal sealed class FaultRun<T>(T fault)
{
    private int _met;

    public T Fault { get; } = fault;

    /// <summary>Counts one more fitting occurrence; true when it is one of those that the fault strikes.</summary>
    public bool Strikes(int skip, int times)
    {
        if (_met - skip >= times)
            return false;
        return ++_met > skip;
    }

    /// <summary>Whether the next fitting occurrence would be struck.</summary>
    public bool WouldStrike(int skip, int times) => _met >= skip && _met - skip < times;
}
