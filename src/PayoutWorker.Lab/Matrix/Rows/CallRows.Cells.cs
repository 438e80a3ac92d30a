using Bank131.Client;
using Bank131.Views;
using PayoutWorker.Lab.Simulation.Faults;
using PayoutWorker.Payouts;
using static PayoutWorker.Lab.Matrix.Rows.Plants;
using Sim = Bank131.Simulator;

namespace PayoutWorker.Lab.Matrix.Rows;

// How each of these faults is brought about.
internal static partial class CallRows
{
    // The network itself cannot be simulated: what the client makes of it is seen by these.
    private static (Phase[], Func<Phase, Cell>) SeenBy((Phase[] Phases, Func<Phase, Cell> Cell) cells, string test) =>
        (cells.Phases, phase => cells.Cell(phase) with { Tests = [test] });

    private static (Phase[], Func<Phase, Cell>) Calls(
        FaultKind kind,
        Sim.CallFaultKind exact,
        string create,
        string other,
        string init,
        string endOfInit
    ) =>
        (
            [Phase.Create, Phase.Start, Phase.Confirm, Phase.Init],
            phase =>
                At(
                    phase switch
                    {
                        Phase.Create => create,
                        Phase.Init => init,
                        _ => other,
                    },
                    Call(
                        phase,
                        kind,
                        new Sim.CallFault(exact)
                        {
                            RetryAfter = TimeSpan.FromSeconds(5),
                            Location = exact == Sim.CallFaultKind.Redirect ? "https://elsewhere.example/" : null,
                        }
                    ),
                    phase == Phase.Init ? endOfInit : "paid"
                )
        );

    // The questions fail as well: nobody can know anything meanwhile.
    private static (Phase[], Func<Phase, Cell>) Long(FaultKind kind) =>
        (
            [Phase.Create, Phase.Start, Phase.Confirm, Phase.Init],
            phase =>
            {
                var exact = new Sim.CallFault(Sim.CallFaultKind.ErrorBefore) { HttpStatus = 503 };
                var calls = Call(phase, kind, exact) with { Times = int.MaxValue, During = Storm };
                var asks = calls with { Boundary = Boundary.Ask };
                var (codes, end) = phase switch
                {
                    Phase.Create => ("N", "paid"),
                    Phase.Init => ("U", "held:outcome_unknown"),
                    _ => ("R", "paid"),
                };
                return new Cell(codes, end, _ => new Plant { Strikes = [calls, asks] });
            }
        );

    private static Cell OurAnswerLost(Phase phase) =>
        new(
            "BD",
            "paid",
            _ => new Plant
            {
                Set = seen =>
                    seen.Stage.Bank.Carrier = delivery =>
                    {
                        if (delivery.Type != phase.WebhookOf() || delivery.Attempt > 1)
                            return new(delivery.Body);
                        seen.Fired();
                        return new(delivery.Body, IsAnswerLost: true);
                    },
            }
        );

    // A bank that looks at no key and adds a payout for every start: only there the second copy bites.
    private static Cell DoubledStart(Phase phase) =>
        new(
            "M",
            "held:mismatch",
            _ => new Plant
            {
                Strikes = [Call(phase, FaultKind.Doubled, Sim.CallFaultKind.Doubled)],
                Bank = bank =>
                    bank with
                    {
                        Policies = bank.Policies with
                        {
                            DuplicateKey = Sim.DuplicateKey.Ignore,
                            SecondStart = Sim.SecondStart.AddPayout,
                        },
                    },
            }
        );

    /// <summary>The bank does not take our signature.</summary>
    public static Cell KeyRefused(Phase phase) =>
        new("P", "paid", _ => new Plant { Door = Once(phase.StepOf()!.Value, "authentication_error") });

    private static (Phase[], Func<Phase, Cell>) Refused(string code, string pause) =>
        (
            [Phase.Create, Phase.Start, Phase.Confirm, Phase.Init],
            phase =>
            {
                var known = pause.Length > 0;
                var (codes, end) = (phase, known) switch
                {
                    // The refused start may have used up its key: after the quarantine a new session, its own key.
                    (Phase.Create or Phase.Start, false) => ("N", "paid"),
                    (Phase.Init, false) => ("U", "held:outcome_unknown"),
                    (_, false) => ("R", "paid"),
                    _ => (pause, "paid"),
                };
                return new Cell(codes, end, _ => new Plant { Door = Once(phase.StepOf()!.Value, code) });
            }
        );

    private static Func<Step, BankAnswer?> Once(Step at, string code)
    {
        var times = 0;
        return step =>
            step == at && times++ == 0 ? new BankAnswer.Refused(new BankError(code, null)) { HttpStatus = 401 } : null;
    }

    private static Cell FailsWithNewCode() =>
        Scripted(
            "Q",
            "failed",
            script => script with { Outcome = Sim.Outcome.FailAfterConfirm, Code = "brand_new_code" },
            (_, happened) => happened is { Kind: Sim.BankEventKind.Failed, Code: "brand_new_code" }
        );

    // For an hour whatever the bank answers about the session says "error".
    private static Cell ShowsError(Phase phase, params PayoutState[] states) =>
        new(
            "W",
            "paid",
            _ => new Plant
            {
                Lens = (seen, step, answer) =>
                    answer is BankAnswer.Accepted taken
                    && (step is null || step == phase.StepOf())
                    && states.Contains(seen.Row.State)
                    && (seen.FiredAt is not { } began || seen.Stage.World.Ticks < began.Ticks + TimeSpan.TicksPerHour)
                        ? taken with
                        {
                            Session = taken.Session with
                            {
                                Status = SessionStatus.Error,
                                StatusText = "error",
                                AwaitsConfirm = false,
                            },
                        }
                        : answer,
                // The webhooks show nothing either.
                Set = seen =>
                    seen.Stage.Bank.Carrier = delivery =>
                        new(
                            delivery.Body,
                            IsRefused: delivery.Attempt < 8
                                && delivery.Type == Phase.Asked.WebhookOf()
                                && phase == Phase.Asked
                        ),
            }
        );

    private static Cell ErrorThatResolves() =>
        Scripted(
            "W",
            "paid",
            script =>
                script with
                {
                    Outcome = Sim.Outcome.Error,
                    ErrorShowsFailed = true,
                    ResolvesAfter = TimeSpan.FromHours(2),
                    ResolvesPaid = true,
                },
            (seen, happened) =>
                happened.Kind == Sim.BankEventKind.WebhookSending
                && seen.Stage.Bank.Machine.Sessions.Any(session => session.State == Sim.SessionState.Error)
        );
}
