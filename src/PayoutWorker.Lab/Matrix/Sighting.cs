using Bank131.Client;
using PayoutWorker.Lab.Simulation.Actors;
using PayoutWorker.Lab.Simulation.Model;
using PayoutWorker.Payouts;
using PayoutWorker.Store;
using Sim = Bank131.Simulator;

namespace PayoutWorker.Lab.Matrix;

/// <summary>What was seen of the payout of a cell: every call, question, alarm and webhook, and when the fault fired.</summary>
internal sealed class Sighting
{
    private readonly List<Sent> _sent = [];
    private readonly List<TimeSpan> _asked = [];
    private readonly List<string> _alarms = [];
    private readonly List<string> _rests = [];
    private readonly List<Sim.BankEvent> _bank = [];
    private readonly List<(PayoutState To, Action<Stage> Act)> _plans = [];
    private readonly List<Func<Sim.BankEvent, bool>> _signs = [];

    public Stage Stage { get; set; } = null!;
    public int Fires { get; private set; }
    public TimeSpan? FiredAt { get; private set; }
    public IReadOnlyList<string> Alarms => _alarms;
    public IReadOnlyList<Sim.BankEvent> Bank => _bank;
    public bool IsProjectStopped { get; private set; }

    /// <summary>The payout that the cell is about: the first.</summary>
    public ModelRow Row => Stage.Model.Rows[0];

    private TimeSpan Now => TimeSpan.FromTicks(Stage.World.Ticks);

    public void Fired()
    {
        Fires++;
        FiredAt ??= Now;
    }

    /// <summary>A webhook was taken since the fault fired.</summary>
    public bool HasHeardSince =>
        _bank.Any(happened =>
            happened is { Kind: Sim.BankEventKind.WebhookAnswered, HttpStatus: 200 }
            && happened.At > Stage.World.Now - Now + FiredAt
        );

    public IReadOnlyList<Sent> Sends(Step step) => [.. _sent.Where(sent => sent.Step == step)];

    public int Asks(TimeSpan from, TimeSpan to) => _asked.Count(at => at >= from && at <= to);

    /// <summary>Where the payout came to rest, one after another: a final state, or <c>held:kind</c>.</summary>
    public IReadOnlyList<string> Rests => _rests;

    /// <summary>Does something as soon as the payout has come to a state.</summary>
    public void When(PayoutState to, Action<Stage> act) => _plans.Add((to, act));

    public void Calls(long payout, Step step, int n)
    {
        if (payout == 1)
            _sent.Add(new Sent(Now, step, n));
    }

    public void Answered(BankAnswer answer)
    {
        if (_sent.Count > 0)
            _sent[^1].Answer = answer;
    }

    public void Asks(long payout)
    {
        if (payout == 1)
            _asked.Add(Now);
    }

    /// <summary>The fault has fired when this happens at the bank.</summary>
    public void FiresWhen(Func<Sim.BankEvent, bool> sign) => _signs.Add(sign);

    public void Saw(Sim.BankEvent happened)
    {
        _bank.Add(happened);
        foreach (var sign in _signs)
            if (sign(happened))
                Fired();
    }

    public void Saw(Written written)
    {
        if (written.Change is not { } change || written.After is not { Id: 1 } after)
            return;
        _alarms.AddRange(change.Alarms.Select(alarm => alarm.Kind));
        IsProjectStopped |= change.StopProject is not null;
        if (written.Before!.State == after.State)
            return;
        if (after is { State: PayoutState.Held, HeldKind: { } kind })
            _rests.Add($"held:{DbText.Text(kind)}");
        else if (after.State.IsFinal())
            _rests.Add(after.State.Text());
        Came(after.State);
    }

    public void Came(PayoutState state)
    {
        foreach (var plan in _plans.Where(plan => plan.To == state).ToArray())
        {
            _plans.Remove(plan);
            plan.Act(Stage);
        }
    }
}

/// <summary>A call of ours.</summary>
internal sealed record Sent(TimeSpan At, Step Step, int N)
{
    /// <summary>Null while there is none.</summary>
    public BankAnswer? Answer { get; set; }
}
