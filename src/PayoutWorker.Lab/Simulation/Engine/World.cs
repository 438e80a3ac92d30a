using System.Globalization;

namespace PayoutWorker.Lab.Simulation.Engine;

/// <summary>
/// Virtual time and the one thread that everything of a seed runs on. What is ready runs in an order that the seed
/// picks; time goes on only when nothing is ready. The same seed runs the same way, to the last step.
/// </summary>
internal sealed class World(int seed, bool tracing)
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 12, 9, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<Action, (long At, long Number)> _agenda = new();
    private readonly List<(WorkerContext Context, SendOrPostCallback Act, object? State)> _ready = [];
    private readonly List<Sleeper> _sleepers = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _number;

    // Neighbouring seeds must not be neighbours in what they pick.
    public Random Random { get; } = new(unchecked(seed * (int)2654435761) ^ 0x5bd1e995);
    public long Ticks { get; private set; }
    public long Steps { get; private set; }
    public DateTimeOffset Now => Epoch.AddTicks(Ticks);
    public bool Tracing => tracing;
    public List<string> Trace { get; } = [];

    /// <summary>Something beside the agenda that has times of its own: the bank.</summary>
    public Func<DateTimeOffset?> NextOfBank { get; set; } = () => null;
    public Action MoveBank { get; set; } = () => { };

    public bool HasPlans => _agenda.Count > 0 || _ready.Count > 0;

    public void Note(string text)
    {
        if (tracing)
            Trace.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{TimeSpan.FromTicks(Ticks):d\\.hh\\:mm\\:ss\\.fff}  {text}"
                )
            );
    }

    public void At(TimeSpan delay, Action act) => _agenda.Enqueue(act, (Ticks + Math.Max(0, delay.Ticks), ++_number));

    public void MakeReady(WorkerContext context, SendOrPostCallback act, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread)
            throw new InvalidOperationException("work came in from another thread: this run cannot be repeated");
        _ready.Add((context, act, state));
    }

    public bool Chance(double share) => Random.NextDouble() < share;

    public TimeSpan Between(TimeSpan least, TimeSpan most) =>
        TimeSpan.FromTicks(least.Ticks + (long)((most - least).Ticks * Random.NextDouble()));

    public TimeSpan Milliseconds(int least, int most) => TimeSpan.FromMilliseconds(Random.Next(least, most + 1));

    /// <summary>Waits until something is due, but not before <paramref name="earliest"/> from now.</summary>
    public Task SleepAsync(WorkerContext context, TimeSpan earliest, Func<DateTimeOffset?> due)
    {
        var sleeper = new Sleeper(context, Ticks + earliest.Ticks, due, Milliseconds(0, 300).Ticks);
        _sleepers.Add(sleeper);
        return sleeper.Awake.Task;
    }

    public void Forget(WorkerContext context) => _sleepers.RemoveAll(sleeper => sleeper.Context == context);

    /// <summary>Runs until <paramref name="isOver"/> says so; it is asked before each move of the clock.</summary>
    public void Run(Func<bool> isOver)
    {
        while (true)
        {
            while (_ready.Count > 0)
                RunOne();
            if (isOver() || !MoveOn())
                return;
        }
    }

    private void RunOne()
    {
        var pick = _ready.Count == 1 ? 0 : Random.Next(_ready.Count);
        var (context, act, state) = _ready[pick];
        _ready.RemoveAt(pick);
        if (context.IsDead)
            return;
        if (context.IsFrozen)
        {
            context.Keep(act, state);
            return;
        }
        Steps++;
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            act(state);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private bool MoveOn()
    {
        var agenda = _agenda.TryPeek(out _, out var first) ? first.At : long.MaxValue;
        var bank = NextOfBank() is { } due ? Math.Max(Ticks, (due - Epoch).Ticks) : long.MaxValue;
        var (sleeper, wakes) = FirstSleeper();
        var next = Math.Min(agenda, Math.Min(bank, wakes));
        if (next == long.MaxValue)
            return false;
        Ticks = Math.Max(Ticks, next);
        Steps++;
        if (next == agenda)
            _agenda.Dequeue()();
        else if (next == bank)
            MoveBank();
        else
        {
            _sleepers.Remove(sleeper!);
            sleeper!.Awake.SetResult();
        }
        return true;
    }

    private (Sleeper? Sleeper, long Wakes) FirstSleeper()
    {
        var (found, wakes) = ((Sleeper?)null, long.MaxValue);
        foreach (var sleeper in _sleepers)
        {
            if (sleeper.Context.IsFrozen || sleeper.Due() is not { } due)
                continue;
            var at = Math.Max(Math.Max(sleeper.Earliest, (due - Epoch).Ticks + sleeper.Late), Ticks);
            if (at < wakes)
                (found, wakes) = (sleeper, at);
        }
        return (found, wakes);
    }

    private sealed record Sleeper(WorkerContext Context, long Earliest, Func<DateTimeOffset?> Due, long Late)
    {
        public TaskCompletionSource Awake { get; } = new();
    }
}
