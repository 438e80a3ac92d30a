using PayoutWorker.Lab.Simulation.Faults;
using PayoutWorker.Payouts;
using static PayoutWorker.Lab.Matrix.Rows.Plants;
using Sim = Bank131.Simulator;

namespace PayoutWorker.Lab.Matrix.Rows;

/// <summary>F3 to F16: what goes wrong with a call to the bank, or with its answer.</summary>
internal static partial class CallRows
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
            Row(
                "F7",
                "HTTP 503 for ten minutes",
                OursOnly,
                NotOfWebhooks,
                SeenBy(
                    Long(FaultKind.ErrorBefore),
                    "GatewayTests.A_project_whose_breaker_opened_is_tried_again_after_the_break"
                )
            ),
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
                        ) with
                        {
                            Tests =
                            [
                                "ClientOutcomeTests.Silence_is_unknown_after_the_time_out",
                                "ClientOutcomeTests.A_slow_drip_is_cut_off_by_the_same_time_out",
                            ],
                        }
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
                    phase =>
                        At("T", Call(phase, FaultKind.NotSent)) with
                        {
                            Tests =
                            [
                                "ClientNotSentTests.A_name_that_does_not_resolve_means_not_sent",
                                "ClientNotSentTests.A_refused_connection_means_not_sent",
                                "ClientNotSentTests.Tls_that_is_not_there_means_not_sent",
                            ],
                        }
                )
            ),
            Row(
                "F13",
                "HTTP 307 to another host",
                OursOnly,
                NotOfWebhooks,
                SeenBy(
                    Calls(FaultKind.Redirect, Sim.CallFaultKind.Redirect, "N", "R", "U", "held:outcome_unknown"),
                    "ClientOutcomeTests.A_redirect_is_unknown_and_the_body_is_not_posted_again"
                )
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
}
