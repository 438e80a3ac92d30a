namespace Bank131.Simulator;

/// <summary>A script and how far it has come.</summary>
internal sealed class ScriptRun(PayoutScript script)
{
    private int _outcomes;

    public PayoutScript Script { get; } = script;
    public IReadOnlyList<FaultRun<CallFault>> Calls { get; } =
    [.. script.Faults.Select(f => new FaultRun<CallFault>(f))];
    public IReadOnlyList<FaultRun<WebhookFault>> Webhooks { get; } =
    [.. script.WebhookFaults.Select(f => new FaultRun<WebhookFault>(f))];

    public Outcome NextOutcome()
    {
        if (Script.Outcome == Outcome.Pay || _outcomes >= Script.OutcomeTimes)
            return Outcome.Pay;
        _outcomes++;
        return Script.Outcome;
    }
}

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
