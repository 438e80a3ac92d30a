namespace PayoutWorker.Lab.Simulation.Engine;

/// <summary>
/// Where the continuations of one worker process run. A dead process drops them; a frozen one keeps them until it
/// thaws, as a long pause of the machine does.
/// </summary>
internal sealed class WorkerContext(World world, string name) : SynchronizationContext
{
    private readonly List<(SendOrPostCallback Act, object? State)> _kept = [];

    public string Name { get; } = name;
    public bool IsDead { get; private set; }
    public bool IsFrozen { get; private set; }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (!IsDead)
            world.MakeReady(this, d, state);
    }

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new InvalidOperationException("nothing waits for another process within this one");

    public override SynchronizationContext CreateCopy() => this;

    public void Keep(SendOrPostCallback act, object? state) => _kept.Add((act, state));

    public void Kill()
    {
        IsDead = true;
        _kept.Clear();
        world.Forget(this);
    }

    public void Freeze() => IsFrozen = true;

    public void Thaw()
    {
        if (!IsFrozen)
            return;
        IsFrozen = false;
        foreach (var (act, state) in _kept)
            Post(act, state);
        _kept.Clear();
    }
}
