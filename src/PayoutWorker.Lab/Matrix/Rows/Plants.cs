using PayoutWorker.Lab.Simulation.Faults;
using PayoutWorker.Payouts;
using Sim = Bank131.Simulator;

namespace PayoutWorker.Lab.Matrix.Rows;

/// <summary>The means of bringing a fault about.</summary>
internal static class Plants
{
    public static readonly TimeSpan Storm = TimeSpan.FromMinutes(10);

    private static readonly PayoutState[] Paying =
    [
        PayoutState.Initiating,
        PayoutState.Started,
        PayoutState.Confirming,
        PayoutState.Confirmed,
    ];

    /// <summary>A cell with one strike.</summary>
    public static Cell At(string codes, Strike strike, string end = "paid", string? auto = null) =>
        new(codes, end, _ => new Plant { Strikes = [strike] })
        {
            OfAuto = auto is null ? null : At(codes, strike, auto),
        };

    /// <summary>At the call of a phase.</summary>
    public static Strike Call(Phase phase, FaultKind kind, Sim.CallFault? exact = null) =>
        new(Boundary.Send, kind) { States = [phase.StepOf()!.Value.UnderWay()], Exact = exact };

    public static Strike Call(Phase phase, FaultKind kind, Sim.CallFaultKind exact) =>
        Call(phase, kind, new Sim.CallFault(exact));

    /// <summary>At the write of the answer to the call of a phase.</summary>
    public static Strike Answer(Phase phase, FaultKind kind) =>
        new(Boundary.Write, kind) { States = [phase.StepOf()!.Value.UnderWay()] };

    /// <summary>At the commit of the intent of the call of a phase; of a create it is the claim.</summary>
    public static Strike Intent(Phase phase, FaultKind kind) =>
        phase switch
        {
            Phase.Create or Phase.Claim => new(Boundary.Claim, kind) { States = [PayoutState.New] },
            Phase.Start => Answer(Phase.Create, kind),
            Phase.Init => new(Boundary.Write, kind) { States = [PayoutState.New] },
            _ => new(Boundary.Write, kind) { States = [PayoutState.Ready] },
        };

    /// <summary>When the webhook of a phase is stored.</summary>
    public static Strike Receive(Phase phase, FaultKind kind) =>
        new(Boundary.Receive, kind) { Webhook = phase.WebhookOf() };

    /// <summary>When the webhook of a phase is taken into account: for the last one, the write-back.</summary>
    public static Strike Apply(Phase phase, FaultKind kind) =>
        new(Boundary.Apply, kind)
        {
            States =
                phase == Phase.WriteBack ? Paying : [PayoutState.Initiating, PayoutState.Starting, PayoutState.Started],
        };

    /// <summary>Where the fact or the intent of a phase is committed.</summary>
    public static Strike Commit(Phase phase, FaultKind kind) =>
        phase switch
        {
            Phase.Asked or Phase.Finished => Receive(phase, kind),
            Phase.WriteBack => Apply(phase, kind),
            _ => Intent(phase, kind),
        };

    /// <summary>The bank's webhooks of a phase go wrong.</summary>
    public static Cell Webhook(
        string codes,
        Phase phase,
        Sim.WebhookFaultKind kind,
        int times = 1,
        int copies = 2,
        TimeSpan? delay = null,
        string end = "paid"
    ) =>
        new(
            codes,
            end,
            _ => new Plant
            {
                Script = script =>
                    script with
                    {
                        WebhookFaults =
                        [
                            new Sim.WebhookFault(kind, phase.WebhookOf())
                            {
                                Times = times,
                                Copies = copies,
                                Delay = delay ?? TimeSpan.FromSeconds(5),
                            },
                        ],
                    },
                Set = seen =>
                    seen.FiresWhen(happened =>
                        happened.Kind == Sim.BankEventKind.Fault && happened.Code == kind.ToString()
                    ),
            }
        );

    /// <summary>The bank does something of its own; the run looks for the sign of it.</summary>
    public static Cell Scripted(
        string codes,
        string end,
        Func<Sim.PayoutScript, Sim.PayoutScript> script,
        Func<Sighting, Sim.BankEvent, bool> sign,
        Action<Sighting>? set = null
    ) =>
        new(
            codes,
            end,
            _ => new Plant
            {
                Script = script,
                Set = seen =>
                {
                    seen.FiresWhen(happened => sign(seen, happened));
                    set?.Invoke(seen);
                },
            }
        );

    /// <summary>Each phase with its cell.</summary>
    public static Row Row(string name, string what, params (Phase[] Phases, Func<Phase, Cell> Cell)[] cells) =>
        new(
            name,
            what,
            cells
                .SelectMany(group => group.Phases.Select(phase => (phase, Cell: group.Cell(phase))))
                .ToDictionary(one => one.phase, one => one.Cell)
        );
}
