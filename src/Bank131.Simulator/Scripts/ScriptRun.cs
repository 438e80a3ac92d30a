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
