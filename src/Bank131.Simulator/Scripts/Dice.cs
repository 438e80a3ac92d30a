namespace Bank131.Simulator;

/// <summary>Faults by chance. Every question draws the same number of times, so that a run can be repeated.</summary>
internal sealed class Dice
{
    private RandomFaults? _faults;
    private Random _random = new(0);

    // Sorted, because a dictionary's order is not promised and would change which fault a number means.
    private (CallFaultKind Kind, double Share)[] _calls = [];
    private (WebhookFaultKind Kind, double Share)[] _webhooks = [];
    private (Outcome Kind, double Share)[] _outcomes = [];
    private double _beforeAnswer;

    public Dice(RandomFaults? faults) => Faults = faults;

    public RandomFaults? Faults
    {
        get => _faults;
        set
        {
            _faults = value;
            _random = new Random(value?.Seed ?? 0);
            _calls = Sorted(value?.Calls);
            _webhooks = [.. Sorted(value?.Webhooks).Where(w => w.Kind != WebhookFaultKind.BeforeAnswer)];
            _beforeAnswer = value?.Webhooks.GetValueOrDefault(WebhookFaultKind.BeforeAnswer) ?? 0;
            _outcomes = Sorted(value?.Outcomes);
        }
    }

    public CallFault? Call()
    {
        if (_calls.Length == 0)
            return null;
        var (at, delay, coin) = (_random.NextDouble(), Delay(), _random.Next(2));
        foreach (var (kind, share) in _calls)
        {
            if (at < share)
                return new CallFault(kind)
                {
                    Delay = delay,
                    Silent = _faults!.SometimesSilent && coin == 1,
                    RetryAfter = kind == CallFaultKind.TooManyRequests ? TimeSpan.FromSeconds(1) : null,
                };
            at -= share;
        }
        return null;
    }

    public WebhookFault? Webhook()
    {
        if (_webhooks.Length == 0)
            return null;
        var (at, delay) = (_random.NextDouble(), Delay());
        foreach (var (kind, share) in _webhooks)
        {
            if (at < share)
                return new WebhookFault(kind) { Delay = delay };
            at -= share;
        }
        return null;
    }

    public Outcome Outcome()
    {
        if (_outcomes.Length == 0)
            return Simulator.Outcome.Pay;
        var at = _random.NextDouble();
        foreach (var (kind, share) in _outcomes)
        {
            if (at < share)
                return kind;
            at -= share;
        }
        return Simulator.Outcome.Pay;
    }

    public bool BeforeAnswer() => _beforeAnswer > 0 && _random.NextDouble() < _beforeAnswer;

    public PayoutScript? Script()
    {
        if (_faults is null || _faults.Scripts.Count == 0)
            return null;
        var at = _random.NextDouble();
        foreach (var (share, script) in _faults.Scripts)
        {
            if (at < share)
                return script;
            at -= share;
        }
        return null;
    }

    public bool Returned() => _faults is { Returned: > 0 } && _random.NextDouble() < _faults.Returned;

    private TimeSpan Delay() => _faults!.MaxDelay * _random.NextDouble();

    private static (T Kind, double Share)[] Sorted<T>(IReadOnlyDictionary<T, double>? shares)
        where T : struct, Enum => shares is null ? [] : [.. shares.OrderBy(s => s.Key).Select(s => (s.Key, s.Value))];
}
