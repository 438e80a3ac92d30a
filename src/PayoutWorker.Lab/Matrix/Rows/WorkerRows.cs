using PayoutWorker.Lab.Simulation.Faults;
using PayoutWorker.Payouts;
using static PayoutWorker.Lab.Matrix.Rows.Plants;
using Sim = Bank131.Simulator;

namespace PayoutWorker.Lab.Matrix.Rows;

/// <summary>F1, F2, F25, F26 and F32 to F37: what happens to the worker process, its clock, keys, rows and jobs.</summary>
internal static partial class WorkerRows
{
    private static readonly Phase[] Sending = [Phase.Create, Phase.Start, Phase.Confirm, Phase.Init];
    private static readonly Phase[] Hearing = [Phase.Asked, Phase.Finished];
    private static readonly Phase[] All9 = Enum.GetValues<Phase>();
    private static readonly string[] Insider =
    [
        "ImmutableTests.An_order_is_changed_by_nobody",
        "RightsTests.The_erp_is_refused",
        "RightsTests.The_worker_is_refused",
    ];

    public static IReadOnlyList<Row> Deaths() =>
        [
            Row(
                "F1",
                "killed before the effect",
                ([Phase.Insert], _ => Cell.Proven("D", "IntakeTests.The_erp_may_insert_again_what_it_is_not_sure_of")),
                ([Phase.Claim], phase => At("L", Commit(phase, FaultKind.CrashBeforeCommit))),
                (Sending, phase => At(Fate(phase, "R"), Call(phase, FaultKind.CrashBeforeSend), Parked(phase))),
                (Hearing, phase => At("B", Commit(phase, FaultKind.CrashBeforeCommit))),
                ([Phase.WriteBack], phase => At("A", Commit(phase, FaultKind.CrashBeforeCommit)))
            ),
            Row(
                "F2",
                "killed after the effect, before the record",
                ([Phase.Insert], _ => Cell.Proven("D", "IntakeTests.The_erp_may_insert_again_what_it_is_not_sure_of")),
                ([Phase.Claim], phase => At("L", Commit(phase, FaultKind.CrashAfterCommit))),
                (Sending, phase => At(Fate(phase, "Q"), Call(phase, FaultKind.CrashAfterSend))),
                (Hearing, phase => At("BD", Commit(phase, FaultKind.CrashAfterCommit))),
                ([Phase.WriteBack], phase => At("D", Commit(phase, FaultKind.CrashAfterCommit)))
            ),
        ];

    public static IReadOnlyList<Row> Others() =>
        [
            Row(
                "F25",
                "two workers, a doubled job, a lease that ends under way",
                ([Phase.Insert], _ => Cell.None("the ERP inserts; workers only read that")),
                ([Phase.Claim], phase => At("=", Commit(phase, FaultKind.StoreStalls))),
                (
                    Sending,
                    phase =>
                        At(
                            Fate(phase, "Q"),
                            Answer(phase, FaultKind.StoreStalls) with
                            {
                                Lasts = TimeSpan.FromSeconds(90),
                            }
                        )
                ),
                ([Phase.Asked, Phase.WriteBack], phase => At("D", Apply(phase, FaultKind.StoreStalls))),
                ([Phase.Finished], phase => Webhook("D", phase, Sim.WebhookFaultKind.Doubled, copies: 4))
            ),
            Row(
                "F26",
                "paused for an hour, then goes on",
                ([Phase.Insert], _ => Cell.None("the ERP inserts; workers only read that")),
                ([Phase.Claim], phase => At("L", Commit(phase, FaultKind.FreezeAfterCommit) with { Lasts = Hour })),
                (
                    Sending,
                    phase =>
                        At(
                            Fate(phase, "R"),
                            Call(phase, FaultKind.FreezeBeforeSend) with
                            {
                                Lasts = Hour,
                            },
                            phase == Phase.Init ? "held:outcome_unknown → paid" : "paid"
                        )
                ),
                (Hearing, phase => At("BD", Commit(phase, FaultKind.FreezeBeforeCommit) with { Lasts = Hour })),
                ([Phase.WriteBack], phase => At("D", Commit(phase, FaultKind.FreezeBeforeCommit) with { Lasts = Hour }))
            ),
        ];

    public static IReadOnlyList<Row> Installations() =>
        [
            Row(
                "F32",
                "a worker's clock is an hour off",
                ([Phase.Insert], _ => Cell.None("no worker's clock is asked")),
                (All9[1..], WrongClock)
            ),
            Row(
                "F33",
                "rolling upgrade, N-1 beside N",
                (
                    All9,
                    phase =>
                        Cell.Proven(
                            "I",
                            "ClaimShareTests.A_state_of_a_newer_version_is_left_alone",
                            "PoisonedWriteTests.A_payout_that_a_newer_version_wrote_fails_alone",
                            "MigratorTests.A_database_that_is_newer_than_the_program_is_refused"
                        )
                )
            ),
            Row(
                "F34",
                "keys change, ours or the bank's",
                ([Phase.Insert, Phase.Claim, Phase.WriteBack], _ => Cell.None("nothing is signed there")),
                (Sending, phase => CallRows.KeyRefused(phase)),
                (Hearing, phase => KeyNotTrusted(phase))
            ),
            Row(
                "F35",
                "a poisoned row among good ones",
                ([Phase.Insert], _ => PoisonedOrder()),
                (
                    [Phase.Claim],
                    _ =>
                        Cell.Proven(
                            "I",
                            "ClaimShareTests.A_payout_claimed_five_times_without_a_result_is_claimed_alone"
                        )
                ),
                (Sending, phase => Poisoned(phase)),
                (
                    [Phase.Asked, Phase.Finished, Phase.WriteBack],
                    _ =>
                        Cell.Proven(
                            "I",
                            "InboxFailureTests.A_webhook_that_cannot_be_applied_is_put_off_and_blocks_nobody"
                        )
                )
            ),
            Row(
                "F36",
                "an insider raises the amount after the insert",
                (
                    [Phase.Insert, Phase.Claim, Phase.Create, Phase.Start, Phase.Init, Phase.Finished, Phase.WriteBack],
                    _ => Cell.Proven("X", Insider)
                ),
                ([Phase.Asked], _ => Raised(PayoutState.Started)),
                ([Phase.Confirm], _ => Raised(PayoutState.Ready))
            ),
            Row(
                "F37",
                "the scheduler's store is lost",
                (
                    All9,
                    _ =>
                        Cell.Proven(
                            "L",
                            "HangfireSchedulerTests.Payouts_go_on_without_its_tables_and_it_comes_back_with_them",
                            "HangfireSchedulerTests.A_worker_starts_without_its_tables_and_says_so"
                        )
                )
            ),
        ];
}
