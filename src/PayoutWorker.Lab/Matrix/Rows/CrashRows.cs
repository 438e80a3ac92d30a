using PayoutWorker.Lab.Simulation.Faults;
using PayoutWorker.Payouts;
using static PayoutWorker.Lab.Matrix.Rows.Plants;

namespace PayoutWorker.Lab.Matrix.Rows;

/// <summary>C1 to C26: the process dies, or stands still, exactly there.</summary>
internal static class CrashRows
{
    private const string Inserting = "IntakeTests.The_erp_may_insert_again_what_it_is_not_sure_of";

    public static IReadOnlyList<Row> All() =>
        [
            One("C1", "the ERP dies before its commit", Phase.Insert, Cell.Proven("D", Inserting)),
            One(
                "C2",
                "the ERP does not hear of its commit and inserts again",
                Phase.Insert,
                Cell.Proven("D", Inserting, "IntakeTests.The_same_key_cannot_be_ordered_twice")
            ),
            One(
                "C3",
                "nobody is told of the new row",
                Phase.Insert,
                Cell.Proven("L", "TroubledDatabaseTests.An_order_that_nobody_was_told_of_is_paid")
            ),
            One("C4", "claim committed, dead", Phase.Claim, At("L", Intent(Phase.Claim, FaultKind.CrashAfterCommit))),
            One(
                "C5",
                "two workers claim at once",
                Phase.Claim,
                At("=", Intent(Phase.Claim, FaultKind.StoreStalls)) with
                {
                    Tests = ["ClaimTests.Claimers_at_the_same_time_never_get_the_same_payout"],
                }
            ),
            One(
                "C6",
                "create intended, not sent",
                Phase.Create,
                At("N", Call(Phase.Create, FaultKind.CrashBeforeSend))
            ),
            One(
                "C7",
                "create sent, no answer yet",
                Phase.Create,
                At("N", Call(Phase.Create, FaultKind.CrashAfterSend))
            ),
            One(
                "C8",
                "create answered, the session's id not stored",
                Phase.Create,
                At("N", Answer(Phase.Create, FaultKind.CrashBeforeCommit))
            ),
            One(
                "C9",
                "that commit's outcome is not heard of",
                Phase.Start,
                At("H", Answer(Phase.Create, FaultKind.CommitUnknown))
            ),
            One("C10", "start intended, not sent", Phase.Start, At("R", Call(Phase.Start, FaultKind.CrashBeforeSend))),
            One("C11", "start sent, no answer yet", Phase.Start, At("Q", Call(Phase.Start, FaultKind.CrashAfterSend))),
            One(
                "C12",
                "start answered, the answer not stored",
                Phase.Start,
                At("Q", Answer(Phase.Start, FaultKind.CrashBeforeCommit))
            ),
            One(
                "C13",
                "a webhook is here and not stored",
                Phase.Asked,
                At("B", Receive(Phase.Asked, FaultKind.CrashBeforeCommit))
            ),
            One(
                "C14",
                "stored, and not acknowledged",
                Phase.Asked,
                At("BD", Receive(Phase.Asked, FaultKind.CrashAfterCommit))
            ),
            One(
                "C15",
                "stored, and not applied",
                Phase.Asked,
                At("A", Apply(Phase.Asked, FaultKind.CrashBeforeCommit))
            ),
            One(
                "C16",
                "the guard has passed, confirm not intended",
                Phase.Confirm,
                At("A", Intent(Phase.Confirm, FaultKind.CrashBeforeCommit))
            ),
            One(
                "C17",
                "confirm intended, not sent",
                Phase.Confirm,
                At("R", Call(Phase.Confirm, FaultKind.CrashBeforeSend))
            ),
            One(
                "C18",
                "confirm sent, no answer yet",
                Phase.Confirm,
                At("Q", Call(Phase.Confirm, FaultKind.CrashAfterSend))
            ),
            One(
                "C19",
                "confirm answered, the answer not stored",
                Phase.Confirm,
                At("Q", Answer(Phase.Confirm, FaultKind.CrashBeforeCommit))
            ),
            One("C20", "cancel sent, no answer yet", Phase.Asked, DeadInCancel()),
            One(
                "C21",
                "the bank's last word is here, the ERP's result not written",
                Phase.WriteBack,
                At("A", Apply(Phase.WriteBack, FaultKind.CrashBeforeCommit))
            ),
            One(
                "C22",
                "the ERP reads the result and dies",
                Phase.WriteBack,
                Cell.Proven("=", "ResultTests.A_final_state_ends_the_work_fills_the_result_and_erases_the_card")
            ),
            One(
                "C23",
                "init intended, not sent",
                Phase.Init,
                At("U", Call(Phase.Init, FaultKind.CrashBeforeSend), "held:outcome_unknown")
            ),
            One(
                "C24",
                "init sent, its session not stored",
                Phase.Init,
                At("U", Call(Phase.Init, FaultKind.CrashAfterSend))
            ),
            Row(
                "C25",
                "stands still for an hour between the intent and the call",
                (
                    [Phase.Start, Phase.Confirm],
                    phase => At("R", Call(phase, FaultKind.FreezeBeforeSend) with { Lasts = TimeSpan.FromHours(1) })
                ),
                (
                    [Phase.Init],
                    phase =>
                        At(
                            "U",
                            Call(phase, FaultKind.FreezeBeforeSend) with
                            {
                                Lasts = TimeSpan.FromHours(1),
                            },
                            "held:outcome_unknown → paid"
                        )
                )
            ),
            Row(
                "C26",
                "asked to end in the middle of a call",
                (
                    [Phase.Create, Phase.Start, Phase.Confirm, Phase.Init],
                    phase =>
                        At("=", Answer(phase, FaultKind.Shutdown)) with
                        {
                            Tests = ["SchedulerContract.A_stop_lets_calls_end_and_begins_none"],
                        }
                )
            ),
        ];

    private static Row One(string name, string what, Phase phase, Cell cell) =>
        new(name, what, new Dictionary<Phase, Cell> { [phase] = cell });

    private static Cell DeadInCancel() =>
        new(
            "W",
            "cancelled",
            _ => new Plant
            {
                Strikes = [new Strike(Boundary.Send, FaultKind.CrashAfterSend) { States = [PayoutState.Cancelling] }],
                Set = seen => seen.When(PayoutState.Started, stage => stage.Model.RequestCancel(seen.Row)),
            }
        );
}
