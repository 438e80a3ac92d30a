using PayoutWorker.Lab.Simulation.Engine;
using PayoutWorker.Lab.Simulation.Faults;
using PayoutWorker.Lab.Simulation.Model;
using PayoutWorker.Payouts;

namespace PayoutWorker.Lab.Simulation.Actors;

/// <summary>The people: they cancel, hold, release and stop, at the worst moments.</summary>
internal sealed class Operator(World world, ModelStore model, FaultDice dice)
{
    // A session that the bank refuses to show keeps a gap closed: after that long two people decide without it.
    private static readonly TimeSpan Override = TimeSpan.FromHours(8);

    /// <summary>The bank's statement, as far as one looks for one payout: has it been paid?</summary>
    public required Func<ModelRow, bool> IsInStatement { get; init; }

    private readonly HashSet<long> _held = [];

    /// <summary>Somebody asked to hold this payout at some time.</summary>
    public bool HasHeld(ModelRow row) => _held.Contains(row.Id);

    /// <summary>A payout moved: a moment to interfere.</summary>
    public void Notice(ModelRow row)
    {
        if (row.State == PayoutState.Held)
            MaybeRelease(row);
        if (!dice.Interferes(0.05))
            return;
        // Mostly between two commits, where it hurts.
        var after = world.Chance(0.7)
            ? world.Milliseconds(0, 100)
            : world.Between(TimeSpan.Zero, TimeSpan.FromMinutes(1));
        var (kind, _) = FaultLists.People[world.Random.Next(FaultLists.People.Length)];
        world.At(after, () => Do(kind, row));
    }

    /// <summary>Somebody looks again and again whether the gap may be released.</summary>
    public void ReleaseGap() =>
        world.At(
            world.Between(TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)),
            () =>
            {
                if (!model.ReleaseGap(unasked: world.Now - model.Gaps.OpenedAt > Override))
                    ReleaseGap();
            }
        );

    public void Heal()
    {
        model.ResumeAll();
        foreach (var row in model.Rows)
            if (HasHeld(row) && world.Chance(0.7) && MayRelease(row))
                model.RequestRelease(row);
    }

    // What was here when the database went back is compared with the statement, as the hold says.
    private bool MayRelease(ModelRow row) =>
        !(row.CreatedAt <= model.Gaps.LastFoundAt) || row.HeldKind != HoldKind.BeforeMoney || !IsInStatement(row);

    private void Do(FaultKind kind, ModelRow row)
    {
        if (!dice.IsOn)
            return;
        var state = row.State;
        var done = kind switch
        {
            FaultKind.Cancel => model.RequestCancel(row),
            FaultKind.Hold => model.RequestHold(row),
            _ => Stop(row),
        };
        if (done && kind == FaultKind.Hold)
            _held.Add(row.Id);
        if (done)
            dice.Strikes(kind, state);
    }

    private bool Stop(ModelRow row)
    {
        var (scope, value) = world.Random.Next(4) switch
        {
            0 when row.Project is not null => ("project", row.Project),
            1 when row.Order.SenderAccount is not null => ("account", row.Order.SenderAccount),
            2 => ("method", PayoutWorker.Store.DbText.Text(row.Order.Method)),
            _ => ("all", ""),
        };
        model.Stop(scope, value);
        world.At(TimeSpan.FromSeconds(Math.Pow(900, world.Random.NextDouble())), () => model.Resume(scope, value));
        return true;
    }

    private void MaybeRelease(ModelRow row)
    {
        if (!dice.Interferes(0.4))
            return;
        world.At(
            world.Between(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(30)),
            () =>
            {
                var state = row.State;
                if (MayRelease(row) && model.RequestRelease(row) && dice.IsOn)
                    dice.Strikes(FaultKind.Release, state);
            }
        );
    }
}
