using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using PayoutWorker.Driving;
using PayoutWorker.Inbox;
using PayoutWorker.Jobs;
using PayoutWorker.Lab.Simulation.Engine;
using PayoutWorker.Lab.Simulation.Faults;
using PayoutWorker.Lab.Simulation.Judging;
using PayoutWorker.Lab.Simulation.Model;
using PayoutWorker.Returns;
using PayoutWorker.Store;

namespace PayoutWorker.Lab.Simulation.Actors;

/// <summary>
/// One worker process: the product's Driver, inbox and returns over the model's database and bank. The loops are the
/// simulation's own: those of the product wait on thread-pool primitives, which no seed can repeat.
/// </summary>
#pragma warning disable CA1001 // Its token source has no timer and no wait handle: there is nothing to dispose.
internal sealed class SimulatedWorker
#pragma warning restore CA1001
{
    private static readonly Counters Counters = new();

    private readonly World _world;
    private readonly WorkerPool _pool;
    private readonly VirtualTime _time;
    private readonly ModelStore _model;
    private readonly Judge _judge;
    private readonly IPayoutStore _store;
    private readonly IBank _bank;
    private readonly Driver _driver;
    private readonly InboxJob _inbox;
    private readonly ReturnsJob _returns;
    private readonly CancellationTokenSource _stopping = new();
    private int _running;
    private TaskCompletionSource _slotFree = new();

    public SimulatedWorker(string name, WorkerPool pool)
    {
        (Name, _pool, _world, _model, _judge) = (name, pool, pool.World, pool.Model, pool.Judge);
        Context = new WorkerContext(_world, name);
        _time = new VirtualTime(_world, Context, pool.Parts.ClockError(name));
        _store = pool.Parts.Store(new WorkerStore(_world, _model, pool.Dice, this));
        _bank = pool.Parts.Bank(new SimulatedBank(this, pool));
        var policy = () => pool.Policy;
        var wakeups = new Wakeups();
        _driver = new Driver(_store, _bank, SeedPlan.Cards, policy, _time, Counters, NullLogger<Driver>.Instance);
        var handover = pool.Parts.HandsOver ? new Handover(Room, Take) : Handover.None;
        _inbox = new InboxJob(_store, policy, wakeups, handover, _time, Counters, NullLogger<InboxJob>.Instance);
        _returns = new ReturnsJob(_store, _bank, policy, Counters, NullLogger<ReturnsJob>.Instance);
    }

    public string Name { get; }
    public WorkerContext Context { get; }
    public bool IsAlive => !Context.IsDead;
    public bool IsStopping => _stopping.IsCancellationRequested;

    public void Start()
    {
        _world.Note($"{Name} starts");
        Context.Post(_ => Watch(DriveLoopAsync()), null);
        Context.Post(_ => Watch(LoopAsync(ApplyAsync, TimeSpan.FromMilliseconds(20), () => _model.NextWebhook)), null);
        Context.Post(_ => Watch(LoopAsync(_returns.RunAsync, TimeSpan.FromMinutes(10), () => _model.NextReturn)), null);
    }

    /// <summary>
    /// A webhook comes in; <paramref name="answered"/> is never called when the process dies meanwhile.
    /// </summary>
    public void Receive(byte[] body, Action<int> answered) =>
        Context.Post(_ => Watch(TakeInAsync(body, answered)), null);

    public Task DelayAsync(TimeSpan delay) => Task.Delay(delay, _time);

    /// <summary>The process dies here; another starts after a while under a new name.</summary>
    public Task CrashAsync()
    {
        _world.Note($"{Name} dies");
        Context.Kill();
        var after = _pool.Dice.Lasts(
            FaultKind.CrashAfterCommit,
            () => _world.Between(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(90))
        );
        _pool.Replace(this, after);
        return new TaskCompletionSource().Task;
    }

    /// <summary>The process stands still here, from a second to two hours.</summary>
    public async Task FreezeAsync()
    {
        var pause = _pool.Dice.Lasts(
            FaultKind.FreezeBeforeSend,
            () => TimeSpan.FromSeconds(Math.Pow(7200, _world.Random.NextDouble()))
        );
        _world.Note($"{Name} freezes for {pause}");
        Context.Freeze();
        _world.At(pause, Context.Thaw);
        await DelayAsync(TimeSpan.FromMilliseconds(1));
    }

    /// <summary>Asked to end in order, as a deployment does; a new one comes when it has.</summary>
    public void ShutDown()
    {
        if (_stopping.IsCancellationRequested)
            return;
        _world.Note($"{Name} shuts down");
        _stopping.Cancel();
        EndIfDone();
    }

    private async Task TakeInAsync(byte[] body, Action<int> answered)
    {
        try
        {
            await _store.AddWebhookAsync(new RawWebhook(SHA256.HashData(body), body, "", "bank"));
        }
        catch (StoreFault)
        {
            answered(503);
            return;
        }
        answered(200);
    }

    private async Task<string?> ApplyAsync(CancellationToken stopping) =>
        (await _inbox.RunAsync(overdue: default, stopping)).Text;

    private async Task DriveLoopAsync()
    {
        var fruitless = 0;
        while (!IsStopping)
        {
            if (_running >= _pool.Slots)
            {
                await _slotFree.Task;
                continue;
            }
            try
            {
                var claimedAt = _time.GetTimestamp();
                var claimed = await ClaimAsync();
                foreach (var one in claimed)
                    Begin(() => _driver.DriveAsync(one, claimedAt, _stopping.Token));
                fruitless = claimed.Count > 0 ? 0 : Math.Min(fruitless + 1, 8);
            }
            catch (StoreFault)
            {
                await DelayAsync(TimeSpan.FromMilliseconds(500));
            }
            if (fruitless > 0 && !IsStopping)
                await _world.SleepAsync(
                    Context,
                    TimeSpan.FromMilliseconds(10 << fruitless * 3 / 2),
                    () => _model.NextDue
                );
        }
    }

    private async Task<IReadOnlyList<Claimed>> ClaimAsync()
    {
        var order = new ClaimOrder(
            _pool.Slots - _running,
            _pool.Policy.Timings.Lease,
            SeedPlan.Routes,
            _bank.PausedProjects,
            _pool.InProgressMax
        );
        var claimed = await _store.ClaimAsync(order, _stopping.Token);
        if (claimed.Count == 0 && _running == 0 && _model.HasSuspects)
            claimed = await _store.ClaimAsync(order with { Slots = 1, Suspects = true }, _stopping.Token);
        return claimed;
    }

    private Room Room() => new(IsStopping ? 0 : _pool.Slots - _running, _bank.PausedProjects);

    private void Take(IReadOnlyList<Handed> payouts)
    {
        foreach (var handed in payouts)
            Begin(() => _driver.DriveAsync(handed, _stopping.Token));
    }

    private void Begin(Func<Task> drive)
    {
        _running++;
        Context.Post(_ => Watch(DriveAsync(drive)), null);
    }

    private async Task DriveAsync(Func<Task> drive)
    {
        try
        {
            await drive();
        }
        catch (StoreFault)
        {
            // As in DriveJob: the lease brings the payout back.
        }
        finally
        {
            _running--;
            var free = _slotFree;
            _slotFree = new TaskCompletionSource();
            free.SetResult();
            EndIfDone();
        }
    }

    private async Task LoopAsync(Func<CancellationToken, Task<string?>> run, TimeSpan pause, Func<DateTimeOffset?> due)
    {
        while (!IsStopping)
        {
            await _world.SleepAsync(Context, pause, due);
            try
            {
                await run(_stopping.Token);
            }
            catch (StoreFault)
            {
                await DelayAsync(TimeSpan.FromMilliseconds(500));
            }
        }
    }

    // What no boundary of the product would expect is a fault of ours, and the judge hears of it.
    private async void Watch(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException) when (IsStopping)
        {
            // The way a loop ends.
        }
        catch (Exception e)
        {
            _judge.Fail("exception", e.Message + (_world.Tracing ? "\n" + e : ""));
        }
    }

    private void EndIfDone()
    {
        if (!IsStopping || _running > 0 || Context.IsDead)
            return;
        Context.Kill();
        _pool.Replace(this, _world.Between(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(20)));
    }
}
