using Bank131.Client;
using Bank131.Views;
using PayoutWorker.Lab.Simulation.Faults;
using PayoutWorker.Payouts;
using static PayoutWorker.Lab.Matrix.Rows.Plants;
using Sim = Bank131.Simulator;

namespace PayoutWorker.Lab.Matrix.Rows;

/// <summary>F3 to F16: what goes wrong with a call to the bank, or with its answer.</summary>
internal static class CallRows
{
    private const string NoCall = "no call to the bank leaves there";
    private const string NoWebhook = "it is about our calls, not about webhooks";

    private static readonly string[] Inserted =
    [
        "IntakeTests.The_erp_may_insert_again_what_it_is_not_sure_of",
        "IntakeTests.The_same_key_cannot_be_ordered_twice",
    ];

    private static readonly (Phase[], Func<Phase, Cell>) OursOnly = (
        [Phase.Insert, Phase.Claim, Phase.WriteBack],
        _ => Cell.None(NoCall)
    );

    private static readonly (Phase[], Func<Phase, Cell>) NotOfWebhooks = (
        [Phase.Asked, Phase.Finished],
        _ => Cell.None(NoWebhook)
    );

    public static IReadOnlyList<Row> All() =>
        [
            Row(
                "F3",
                "answer lost, time-out",
                ([Phase.Insert], _ => Cell.Proven("D", Inserted)),
                ([Phase.Claim, Phase.WriteBack], _ => Cell.None(NoCall)),
                Calls(FaultKind.AnswerLost, Sim.CallFaultKind.AnswerLost, "N", "Q", "U", "paid"),
                ([Phase.Asked, Phase.Finished], OurAnswerLost)
            ),
            Row(
                "F4",
                "request lost",
                OursOnly,
                Calls(FaultKind.RequestLost, Sim.CallFaultKind.RequestLost, "N", "R", "U", "held:outcome_unknown"),
                ([Phase.Asked], phase => Webhook("Q", phase, Sim.WebhookFaultKind.Lost)),
                ([Phase.Finished], phase => Webhook("Q", phase, Sim.WebhookFaultKind.Lost))
            ),
            Row(
                "F5",
                "request doubled",
                ([Phase.Insert], _ => Cell.Proven("D", Inserted)),
                ([Phase.Claim], phase => At("=", Commit(phase, FaultKind.StoreStalls))),
                (
                    [Phase.Create, Phase.Confirm, Phase.Init],
                    phase => At("D", Call(phase, FaultKind.Doubled, Sim.CallFaultKind.Doubled))
                ),
                ([Phase.Start], DoubledStart),
                ([Phase.Asked, Phase.Finished], phase => Webhook("D", phase, Sim.WebhookFaultKind.Doubled)),
                ([Phase.WriteBack], phase => WebhookRows.OtherBytes(phase, 1))
            ),
            Row(
                "F6",
                "late arrival after status said absent",
                ([Phase.Insert, Phase.Claim], _ => Cell.None(NoCall)),
                (
                    [Phase.Create, Phase.Start, Phase.Confirm, Phase.Init],
                    phase =>
                        At(
                            phase switch
                            {
                                Phase.Create => "N",
                                Phase.Init => "U",
                                _ => "Q",
                            },
                            Call(
                                phase,
                                FaultKind.LateArrival,
                                new Sim.CallFault(Sim.CallFaultKind.LateDelivery)
                                {
                                    Silent = true,
                                    Delay = TimeSpan.FromSeconds(60),
                                }
                            )
                        )
                ),
                (
                    [Phase.Asked, Phase.Finished, Phase.WriteBack],
                    phase => Webhook("QD", phase, Sim.WebhookFaultKind.Delayed, delay: TimeSpan.FromMinutes(5))
                )
            ),
            Row("F7", "HTTP 503 for ten minutes", OursOnly, NotOfWebhooks, Long(FaultKind.ErrorBefore)),
            Row(
                "F8",
                "HTTP 429 with Retry-After",
                OursOnly,
                NotOfWebhooks,
                Calls(
                    FaultKind.TooManyRequests,
                    Sim.CallFaultKind.TooManyRequests,
                    "N",
                    "R",
                    "U",
                    "held:outcome_unknown"
                )
            ),
            Row(
                "F9",
                "slow, half-open",
                OursOnly,
                (
                    [Phase.Create, Phase.Start, Phase.Confirm, Phase.Init],
                    phase =>
                        At(
                            phase switch
                            {
                                Phase.Create => "N",
                                Phase.Init => "U",
                                _ => "Q",
                            },
                            Call(
                                phase,
                                FaultKind.SlowAnswer,
                                new Sim.CallFault(Sim.CallFaultKind.Slow) { Delay = TimeSpan.FromSeconds(40) }
                            )
                        )
                ),
                (
                    [Phase.Asked, Phase.Finished],
                    phase => At("BD", Receive(phase, FaultKind.StoreStalls) with { Lasts = TimeSpan.FromSeconds(14) })
                )
            ),
            Row(
                "F10",
                "garbage or half an answer with HTTP 200",
                OursOnly,
                Calls(FaultKind.Truncated, Sim.CallFaultKind.Truncated, "N", "Q", "U", "paid"),
                ([Phase.Asked, Phase.Finished], WebhookRows.HalfABody)
            ),
            Row(
                "F11",
                "another session's id in the answer",
                OursOnly,
                (
                    [Phase.Create, Phase.Start, Phase.Confirm, Phase.Init],
                    phase =>
                        At(
                            "M",
                            Call(phase, FaultKind.WrongSession, Sim.CallFaultKind.WrongSession),
                            phase is Phase.Create or Phase.Init ? "held:outcome_unknown" : "paid"
                        )
                ),
                ([Phase.Asked, Phase.Finished], WebhookRows.UnknownSession)
            ),
            Row(
                "F12",
                "name, TCP or TLS fails: not sent",
                OursOnly,
                NotOfWebhooks,
                (
                    [Phase.Create, Phase.Start, Phase.Confirm, Phase.Init],
                    phase => At("T", Call(phase, FaultKind.NotSent))
                )
            ),
            Row(
                "F13",
                "HTTP 307 to another host",
                OursOnly,
                NotOfWebhooks,
                Calls(FaultKind.Redirect, Sim.CallFaultKind.Redirect, "N", "R", "U", "held:outcome_unknown")
            ),
            Row(
                "F14",
                "401, 403: our key or project refused",
                OursOnly,
                NotOfWebhooks,
                Refused("authentication_error", "P")
            ),
            Row(
                "F15",
                "a code that nobody knows",
                OursOnly,
                Refused("brand_new_code", ""),
                ([Phase.Asked], _ => Cell.None("that webhook carries no code")),
                ([Phase.Finished], _ => FailsWithNewCode())
            ),
            Row(
                "F16",
                "session `error`, not final",
                ([Phase.Insert, Phase.Claim], _ => Cell.None(NoCall)),
                ([Phase.Create], _ => Cell.None("an empty session has no outcome that could be in doubt")),
                ([Phase.Start, Phase.Asked], phase => ShowsError(phase, PayoutState.Starting, PayoutState.Started)),
                ([Phase.Confirm], phase => ShowsError(phase, PayoutState.Confirming, PayoutState.Confirmed)),
                ([Phase.Init], phase => ShowsError(phase, PayoutState.Initiating, PayoutState.Started)),
                ([Phase.Finished, Phase.WriteBack], _ => ErrorThatResolves())
            ),
        ];

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
