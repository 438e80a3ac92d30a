namespace Bank131.Simulator;

/// <summary>Scripts by payee, faults of methods, faults by chance.</summary>
internal sealed class ScriptBook
{
    private readonly Dictionary<string, List<ScriptRun>> _byPayee = new(StringComparer.Ordinal);
    private readonly List<FaultRun<CallFault>> _calls = [];
    private readonly List<FaultRun<WebhookFault>> _webhooks = [];
    private readonly Dice _dice;
    private readonly List<StatementFault> _statements = [];

    public ScriptBook(RandomFaults? random) => _dice = new Dice(random);

    public RandomFaults? Random
    {
        get => _dice.Faults;
        set => _dice.Faults = value;
    }

    /// <summary>False spares the calls a second reading of their body.</summary>
    public bool LooksAtPayees => _byPayee.Count > 0 || _calls.Count > 0;

    public void Add(PayoutScript script)
    {
        if (script.Faults.Any(f => f.Step == BankStep.Create))
            throw new ArgumentException("a create names no payee: give the fault of a create without one");
        if (!_byPayee.TryGetValue(script.Payee, out var runs))
            _byPayee[script.Payee] = runs = [];
        // The newest first: a later script for the same payee replaces an earlier one.
        runs.RemoveAll(r => r.Script.Amount == script.Amount);
        runs.Insert(0, new ScriptRun(script));
    }

    public void Add(CallFault fault) => _calls.Add(new FaultRun<CallFault>(fault));

    public void Add(WebhookFault fault) => _webhooks.Add(new FaultRun<WebhookFault>(fault));

    public void Add(StatementFault fault) => _statements.Add(fault);

    /// <summary>What is wrong with statements, in the order given.</summary>
    public IReadOnlyList<StatementFault> Statements => _statements;

    public void Clear()
    {
        _statements.Clear();
        _byPayee.Clear();
        ClearFaults();
    }

    public void ClearFaults()
    {
        _calls.Clear();
        _webhooks.Clear();
        _dice.Faults = null;
    }

    public ScriptRun? Find(string? payee, long? amount)
    {
        if (payee is null || _byPayee.Count == 0 || !_byPayee.TryGetValue(payee, out var runs))
            return null;
        return runs.Find(r => r.Script.Amount == amount) ?? runs.Find(r => r.Script.Amount is null);
    }

    /// <summary>The script of a new payout, by chance if there is none yet; then it stays this payee's.</summary>
    public ScriptRun? FindForNew(string payee, long amount)
    {
        if (Find(payee, amount) is { } known)
            return known;
        if (_dice.Script() is not { } thrown)
            return null;
        Add(thrown with { Payee = payee, Amount = amount });
        return Find(payee, amount);
    }

    /// <summary>The outcome of a new payout, and whether it comes back.</summary>
    public Outcome OutcomeOf(ScriptRun? script) => script?.NextOutcome() ?? _dice.Outcome();

    public bool ComesBack(ScriptRun? script) => script is null && _dice.Returned();

    public CallFault? Strike(BankStep step, string? payee, long? amount)
    {
        if (Find(payee, amount) is { } script)
            foreach (var run in script.Calls)
                if (Fits(run.Fault, step, null, null) && run.Strikes(run.Fault.Skip, run.Fault.Times))
                    return run.Fault;
        foreach (var run in _calls)
            if (Fits(run.Fault, step, payee, amount) && run.Strikes(run.Fault.Skip, run.Fault.Times))
                return run.Fault;
        return _dice.Call();
    }

    public IEnumerable<WebhookFault> Strike(string type, string? payee, long? amount)
    {
        if (Find(payee, amount) is { } script)
            foreach (var run in script.Webhooks)
                if (Fits(run.Fault, type, null, null) && run.Strikes(run.Fault.Skip, run.Fault.Times))
                    yield return run.Fault;
        foreach (var run in _webhooks)
            if (Fits(run.Fault, type, payee, amount) && run.Strikes(run.Fault.Skip, run.Fault.Times))
                yield return run.Fault;
        if (_dice.Webhook() is { } thrown)
            yield return thrown;
    }

    /// <summary>Whether the next webhook of this type must come before the answer.</summary>
    public bool WantsBeforeAnswer(string type, string? payee, long? amount) =>
        (Find(payee, amount)?.Webhooks ?? []).Any(r => Wants(r, type, null, null))
        || _webhooks.Exists(r => Wants(r, type, payee, amount))
        || _dice.BeforeAnswer();

    private static bool Wants(FaultRun<WebhookFault> run, string type, string? payee, long? amount) =>
        run.Fault.Kind == WebhookFaultKind.BeforeAnswer
        && Fits(run.Fault, type, payee, amount)
        && run.WouldStrike(run.Fault.Skip, run.Fault.Times);

    private static bool Fits(CallFault fault, BankStep step, string? payee, long? amount) =>
        (fault.Step is null || fault.Step == step)
        && (fault.Payee is null || fault.Payee == payee)
        && (fault.Amount is null || fault.Amount == amount);

    private static bool Fits(WebhookFault fault, string type, string? payee, long? amount) =>
        (fault.Type is null || fault.Type == type)
        && (fault.Payee is null || fault.Payee == payee)
        && (fault.Amount is null || fault.Amount == amount);
}
