using PayoutWorker.Lab.Simulation.Faults;
using static PayoutWorker.Lab.Matrix.Rows.Plants;

namespace PayoutWorker.Lab.Matrix.Rows;

/// <summary>F27 to F31: what happens to the database. The tests named beside are those on a real PostgreSQL.</summary>
internal static class DatabaseRows
{
    private static readonly Phase[] Sending = [Phase.Create, Phase.Start, Phase.Confirm, Phase.Init];
    private static readonly Phase[] Hearing = [Phase.Asked, Phase.Finished];
    private const string Inserting = "IntakeTests.The_erp_may_insert_again_what_it_is_not_sure_of";

    public static IReadOnlyList<Row> All() =>
        [
            Row(
                "F27",
                "connection lost at COMMIT: outcome unknown",
                ([Phase.Insert], _ => Cell.Proven("D", Inserting)),
                ([Phase.Claim], phase => At("L", Commit(phase, FaultKind.CommitUnknown)) with { Tests = Cut }),
                (
                    Sending,
                    phase =>
                        At(
                            "H",
                            Intent(phase, FaultKind.CommitUnknown),
                            phase == Phase.Init ? "held:outcome_unknown" : "paid"
                        ) with
                        {
                            Tests = Cut,
                        }
                ),
                (Hearing, phase => At("HB", Commit(phase, FaultKind.CommitUnknown)) with { Tests = Cut }),
                ([Phase.WriteBack], phase => At("A", Commit(phase, FaultKind.CommitUnknown)) with { Tests = Cut })
            ),
            Row(
                "F28",
                "PostgreSQL killed, comes back",
                ([Phase.Insert], _ => Cell.Proven("D", Inserting)),
                (
                    [Phase.Claim, .. Sending, .. Hearing, Phase.WriteBack],
                    _ =>
                        Cell.Proven(
                            "H",
                            "LostDatabaseTests.Payouts_go_on_and_webhooks_are_not_acknowledged_meanwhile",
                            "TroubledDatabaseTests.A_gentle_restart_is_waited_for",
                            "TroubledDatabaseTests.Sessions_that_the_database_ends_are_opened_again",
                            "ChaosTests.Whatever_dies_nobody_is_paid_twice_and_every_row_says_what_the_bank_did"
                        )
                )
            ),
            Row(
                "F29",
                "serialization failure, deadlock",
                ([Phase.Insert], _ => Cell.Proven("D", Inserting)),
                (
                    [Phase.Claim, .. Sending],
                    phase => At("A", Intent(phase, FaultKind.CommitFails)) with { Tests = Deadlock }
                ),
                (Hearing, phase => At("HB", Commit(phase, FaultKind.CommitFails)) with { Tests = Deadlock }),
                ([Phase.WriteBack], phase => At("A", Commit(phase, FaultKind.CommitFails)) with { Tests = Deadlock })
            ),
            Row(
                "F30",
                "disk full for ten minutes",
                ([Phase.Insert], _ => Cell.Proven("X", Full)),
                ([Phase.Claim, .. Sending], phase => Lasting("H", phase)),
                (Hearing, phase => Lasting("HB", phase)),
                ([Phase.WriteBack], phase => Lasting("A", phase))
            ),
            Row(
                "F31",
                "restore or failover: the last commits are gone",
                (
                    Enum.GetValues<Phase>(),
                    _ =>
                        Cell.Proven(
                            "HM",
                            "RestoredDatabaseTests.Nothing_is_paid_twice",
                            "GapTests.A_create_without_an_answer_is_met_again_under_its_own_key",
                            "GapTests.What_was_open_when_the_database_went_back_may_not_be_paid_again"
                        )
                )
            ),
        ];

    private static string[] Cut =>
        ["TroubledDatabaseTests.A_commit_whose_answer_is_lost_sends_nothing_until_it_is_read_again"];
    private static string[] Deadlock => ["DeadlockTests.A_write_that_dies_in_a_deadlock_is_done_anew"];
    private static string[] Full => ["FullDiskTests.Nothing_is_sent_or_acknowledged_until_there_is_room_again"];

    private static Cell Lasting(string codes, Phase phase) =>
        At(
            codes,
            Commit(phase, FaultKind.CommitFails) with
            {
                Times = int.MaxValue,
                During = Storm,
                Spreads = true,
            }
        ) with
        {
            Tests = Full,
        };
}
