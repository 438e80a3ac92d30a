using PayoutWorker.Lab.Simulation.Actors;
using PayoutWorker.Lab.Simulation.Engine;
using PayoutWorker.Lab.Simulation.Faults;
using PayoutWorker.Payouts;
using Sim = Bank131.Simulator;

namespace PayoutWorker.Lab.Matrix;

/// <summary>Lets exactly the planted faults happen, and nothing else.</summary>
internal sealed class LoadedDice(World world, IReadOnlyList<Strike> strikes, Sighting sighting)
    : FaultDice(world, rate: 0, budget: 0)
{
    private readonly World _world = world;
    private readonly int[] _struck = new int[strikes.Count];
    private readonly TimeSpan?[] _first = new TimeSpan?[strikes.Count];
    private Strike? _last;

    public override FaultKind? Roll(Moment moment, double times = 1)
    {
        if (!IsOn)
            return null;
        for (var i = 0; i < strikes.Count; i++)
        {
            var now = TimeSpan.FromTicks(_world.Ticks);
            var strike = strikes[i];
            var everywhere = strike.Spreads && _struck[i] > 0 && moment.Boundary is not (Boundary.Send or Boundary.Ask);
            if (!(everywhere || strike.Fits(moment)) || _struck[i] >= strike.Times || now - _first[i] > strike.During)
                continue;
            _struck[i]++;
            _first[i] ??= now;
            _last = strike;
            sighting.Fired();
            Strikes(strike.Kind, moment.State ?? PayoutState.New);
            return strike.Kind;
        }
        return null;
    }

    public override bool Interferes(double share) => false;

    public override Sim.CallFault? Carry(FaultKind kind, string path, SeedPlan plan) =>
        _last?.Exact ?? base.Carry(kind, path, plan);

    public override TimeSpan Lasts(FaultKind kind, Func<TimeSpan> byChance) => _last?.Lasts ?? byChance();
}
