using PayoutWorker.Lab.Simulation.Actors;
using PayoutWorker.Lab.Simulation.Engine;
using PayoutWorker.Lab.Simulation.Faults;
using PayoutWorker.Lab.Simulation.Judging;
using PayoutWorker.Lab.Simulation.Model;

namespace PayoutWorker.Lab.Simulation;

/// <summary>One seed from its first order to the judge's sentence.</summary>
internal sealed class SeedRun : IDisposable
{
    // After the faults have ended: twice the bank's longest wait for a confirm and the hours of a session in error.
    private static readonly TimeSpan RestWithin = TimeSpan.FromDays(2);

    // When the last bank event is this old, every held payout has been asked about since.
    private static readonly TimeSpan Quiet = TimeSpan.FromHours(3);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(25);
    private const long StepsMax = 2_000_000;

    private readonly World _world;
    private readonly SeedPlan _plan;
    private readonly Judge _judge;
    private readonly ModelStore _model;
    private readonly FaultDice _dice;
    private readonly BankSide _bank;
    private readonly Operator _people;
    private readonly WorkerPool _workers;
    private readonly int _seed;
    private TimeSpan _nextLook;
    private TimeSpan _healedAt;
    private TimeSpan _quietSince;
    private int _toCome;
    private bool _wasBusy = true;

    private SeedRun(int seed, bool tracing, SimulationParts parts)
    {
        _seed = seed;
        _world = new World(seed, tracing);
        _plan = parts.Plan(seed, _world);
        _judge = new Judge(_world, _plan);
        _model = parts.Model(_world, _judge, _plan.Policy.Timings.ReturnWatch[0]);
        _dice = parts.Dice(_world, _plan);
        _bank = new BankSide(_world, _plan, _judge, _model, _dice);
        _people = new Operator(_world, _model, _dice) { IsInStatement = row => _judge.IsPaid(row) };
        (_judge.Model, _judge.Bank, _judge.People) = (_model, _bank, _people);
        _workers = new WorkerPool(_plan, parts, _world, _model, _judge) { Dice = _dice, Bank = _bank };
        _bank.AnyWorker = _workers.Any;
        parts.Set(new Stage(_world, _plan, _model, _bank, _judge));
    }

    public static SeedResult Run(int seed, bool tracing = false, SimulationParts? parts = null)
    {
        using var run = new SeedRun(seed, tracing, parts ?? new SimulationParts());
        return run.Run();
    }

    public void Dispose() => _bank.Dispose();

    private SeedResult Run()
    {
        _world.NextOfBank = () => _bank.Machine.NextDue;
        _world.MoveBank = _bank.Advance;
        _toCome = _plan.Orders.Count;
        foreach (var order in _plan.Orders)
            _world.At(order.Arrives, () => Insert(order));
        _world.At(_plan.Faults, Heal);
        if (_plan.Restore is { } restore)
            _world.At(restore.At - restore.Age, () => BackUp(restore.Age));
        _workers.Start();
        _world.Run(IsOver);
        _judge.Sentence();
        return new SeedResult(_seed, _judge.Failures, _dice.Coverage, _world.Trace, _world.Steps);
    }

    private void Insert(OrderPlan order)
    {
        var row = _model.Insert(order.Order);
        _judge.Ordered(row, order);
        _toCome--;
        if (_world.Tracing)
            _world.Note(
                $"order {row.BankRef} {order.Order.Method} {order.Order.Flow} {order.Payee} auto {order.IsAutomatic} "
                    + $"{order.Script?.Outcome}"
            );
    }

    private void BackUp(TimeSpan age)
    {
        var backup = _model.BackUp();
        _world.At(age, () => Restore(backup));
    }

    private void Restore(ModelBackup backup)
    {
        _world.Note($"the database goes back to {backup.MadeAt:HH:mm:ss.fff}");
        foreach (var row in _model.Rows)
            _dice.Strikes(FaultKind.Restore, row.State);
        foreach (var row in _model.Restore(backup))
        {
            _toCome++;
            _world.At(
                _world.Between(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
                () =>
                {
                    _model.InsertAgain(row);
                    _toCome--;
                }
            );
        }
        _judge.Restored(_model.Rows);
        _people.ReleaseGap();
    }

    private void Heal()
    {
        _world.Note("the faults end");
        _dice.Stop();
        _healedAt = TimeSpan.FromTicks(_world.Ticks);
        _workers.ThawAll();
        _people.Heal();
    }

    private bool IsOver()
    {
        var now = TimeSpan.FromTicks(_world.Ticks);
        if (_world.Steps > StepsMax)
        {
            _judge.Fail("J4", "it spins: too many steps");
            return true;
        }
        if (_dice.IsOn || now < _nextLook)
            return false;
        _nextLook = now + TimeSpan.FromMinutes(5);
        if (_toCome > 0 || now > Longest)
            return now > Longest;
        if (_model.Rows.Any(row => !Judge.IsAtRest(row)))
            return now > _healedAt + RestWithin;
        // Also when it was busy at the last look: what ended since may be news to us.
        if (_wasBusy)
            _quietSince = now;
        _wasBusy = IsBusy();
        return now - _quietSince > Quiet;
    }

    private bool IsBusy() =>
        _bank.Machine.NextDue is not null || _bank.InTransit > 0 || _model.Rows.Any(_judge.AwaitsReturn);
}
