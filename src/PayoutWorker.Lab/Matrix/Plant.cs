using Bank131.Client;
using PayoutWorker.Payouts;
using Sim = Bank131.Simulator;

namespace PayoutWorker.Lab.Matrix;

/// <summary>The one fault of a run, by whatever means it takes to bring it about.</summary>
internal sealed record Plant
{
    /// <summary>At the boundaries of the workers.</summary>
    public IReadOnlyList<Strike> Strikes { get; init; } = [];

    /// <summary>What the bank does with the payout.</summary>
    public Func<Sim.PayoutScript, Sim.PayoutScript> Script { get; init; } = script => script;

    /// <summary>The bank's habits.</summary>
    public Func<Sim.SimulatorOptions, Sim.SimulatorOptions> Bank { get; init; } = bank => bank;

    /// <summary>The order itself.</summary>
    public Func<Order, Order> Order { get; init; } = order => order;

    /// <summary>Orders in all; the fault is about the first.</summary>
    public int Orders { get; init; } = 1;

    /// <summary>Answers at the bank's door, in place of the bank, which then knows nothing of the call.</summary>
    public Func<Step, BankAnswer?> Door { get; init; } = _ => null;

    /// <summary>Changes what is heard of the bank; the step is null for a question.</summary>
    public Func<Sighting, Step?, BankAnswer, BankAnswer> Lens { get; init; } = (_, _, answer) => answer;

    public TimeSpan ClockError { get; init; }

    /// <summary>Arranges what else happens, before the first order comes.</summary>
    public Action<Sighting> Set { get; init; } = _ => { };
}
