using PayoutWorker.Lab.Simulation.Engine;
using PayoutWorker.Lab.Simulation.Judging;
using PayoutWorker.Lab.Simulation.Model;

namespace PayoutWorker.Lab.Simulation.Actors;

/// <summary>Everything of a run that somebody may look at, or lay hands on.</summary>
internal sealed record Stage(World World, SeedPlan Plan, ModelStore Model, BankSide Bank, Judge Judge);
