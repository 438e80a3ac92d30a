using Bank131.Client;
using Bank131.Messages;
using Bank131.Views;
using PayoutWorker.Lab.Simulation;
using PayoutWorker.Lab.Simulation.Actors;
using PayoutWorker.Lab.Tests.Simulation.Planted;
using PayoutWorker.Payouts;

namespace PayoutWorker.Lab.Tests.Simulation;

/// <summary>
/// Each plants one naive choice between the product's drive and the model, and names the rule that sees it. The names
/// begin with the row of the failure catalogue, or its rule, that the choice breaks. <see cref="SimulationTests"/> is
/// the other half: without a bug the same seeds show nothing.
/// </summary>
[Parallelizable(ParallelScope.None)]
internal sealed partial class PlantedBugTests
{
    private const int SeedsAtATime = 100;
    private const int SeedsMax = 1_500;

    [Test]
    public void N3_Sending_start_again_without_the_quarantine() =>
        AssertCaught(
            Shown(payout =>
                payout is { State: PayoutState.Starting, Call: { } call }
                    ? payout with
                    {
                        Call = call with { LastSentAt = DateTimeOffset.MinValue },
                    }
                    : payout
            ),
            "rule 7",
            "J1"
        );

    [Test]
    public void C11_Taking_a_start_of_unknown_outcome_for_one_that_did_not_leave() =>
        AssertCaught(Sent(BankPath.StartRko), "J6");

    [Test]
    public void C24_Taking_an_init_of_unknown_outcome_for_one_that_did_not_leave() =>
        AssertCaught(Sent(BankPath.InitCard), "J1");

    [Test]
    public void N1_Sending_a_payment_call_again_when_the_answer_is_lost() =>
        AssertCaught(new SimulationParts { Bank = bank => new ResendingBank(bank) }, "J9");

    [Test]
    public void R9_Taking_the_status_error_for_failed() =>
        AssertCaught(new SimulationParts { Bank = bank => new PlantedBank(bank, asked: ErrorAsFailed) }, "J6");

    [Test]
    public void C25_Intending_without_the_fence() =>
        AssertCaught(new SimulationParts { Store = store => new FencelessStore(store) }, "rule 4");

    [Test]
    public void C4_Claiming_without_raising_the_fence() =>
        AssertCaught(
            new SimulationParts { Model = (world, judge, first) => new StaleFenceStore(world, judge, first) },
            "rule 4"
        );

    [Test]
    public void D1_Sending_though_the_commit_was_not_heard_of() =>
        AssertCaught(new SimulationParts { Store = store => new HopefulStore(store) }, "J9");

    [Test]
    public void C18_Opening_a_new_session_when_confirm_has_no_answer() =>
        AssertCaught(
            Written(
                (payout, change) =>
                    payout.State == PayoutState.Confirming && change is { Outcome.Answer: BankAnswer.Unknown }
                        ? change with
                        {
                            To = PayoutState.New,
                            DueIn = TimeSpan.Zero,
                            Why = "try once more",
                            Session = payout.Session! with { Use = SessionUse.Dead },
                        }
                        : change
            ),
            "rule 6"
        );

    [Test]
    public void R6_Confirming_what_the_guard_refuses() =>
        AssertCaught(
            Written(
                (payout, change) =>
                    change is { To: PayoutState.Held, HoldKind: HoldKind.Mismatch }
                    && payout.State is PayoutState.Starting or PayoutState.Started
                        ? change with
                        {
                            To = PayoutState.Ready,
                            Result = null,
                            HoldKind = null,
                        }
                    : change is { To: PayoutState.Held, HoldKind: HoldKind.Mismatch }
                    && payout.State is PayoutState.Ready
                        ? change with
                        {
                            To = PayoutState.Confirming,
                            Intent = Step.Confirm,
                            Result = null,
                            HoldKind = null,
                        }
                    : change
            ),
            "rule 8"
        );

    [Test]
    public void R4_Taking_the_word_of_an_old_session() =>
        AssertCaught(new SimulationParts { Store = store => new OldSessionStore(store) }, "rule 6", "J5", "J6");

    [Test]
    public void Intending_under_a_stop() => AssertCaught(Shown(payout => payout with { Stopped = false }), "rule 10");

    [Test]
    public void Intending_after_somebody_asked_to_cancel() =>
        AssertCaught(Shown(payout => payout with { CancelAsked = false }), "rule 9");

    [Test]
    public void C23_Failing_an_init_that_has_no_answer() =>
        AssertCaught(
            Written(
                (payout, change) =>
                    change is { To: PayoutState.Held, HoldKind: HoldKind.OutcomeUnknown }
                    && payout.State == PayoutState.Initiating
                        ? change with
                        {
                            To = PayoutState.Failed,
                            HoldKind = null,
                            Why = "no answer",
                        }
                        : change
            ),
            "J6"
        );

    [Test]
    public void C20_Taking_a_cancel_that_was_accepted_for_one_that_was_done() =>
        AssertCaught(
            Written(
                (payout, change) =>
                    payout.State == PayoutState.Cancelling && change is { Outcome.Answer: BankAnswer.Accepted }
                        ? change with
                        {
                            To = PayoutState.Cancelled,
                            Why = "cancelled",
                            Result = new Result(Reason: "cancelled"),
                        }
                        : change
            ),
            "J6"
        );

    [Test]
    public void C25_Sending_however_long_ago_it_was_intended() =>
        AssertCaught(
            new SimulationParts
            {
                Policy = policy => policy with { Timings = policy.Timings with { SendWindow = TimeSpan.FromHours(2) } },
            },
            "rule 3"
        );

    private static SimulationParts Shown(Func<Payout, Payout> shown) =>
        new() { Store = store => new DecisionStore(store, shown: shown) };

    private static SimulationParts Written(Func<Payout, Change?, Change?> written) =>
        new() { Store = store => new DecisionStore(store, written: written) };

    private static SimulationParts Sent(string path) =>
        new()
        {
            Bank = bank => new PlantedBank(
                bank,
                sent: (to, answer) =>
                    to == path && answer is BankAnswer.Unknown ? new BankAnswer.NotSent("surely") : answer
            ),
        };

    private static BankAnswer ErrorAsFailed(BankAnswer answer) =>
        answer is BankAnswer.Accepted { Session: { Status: SessionStatus.Error } session } accepted
            ? accepted with
            {
                Session = session with
                {
                    Status = SessionStatus.Cancelled,
                    Payouts = [.. session.Payouts.Select(payout => payout with { Status = PayoutStatus.Failed })],
                },
            }
            : answer;

    private static void AssertCaught(SimulationParts parts, params string[] rules)
    {
        List<string> seen = [];
        for (var first = 1; first < SeedsMax; first += SeedsAtATime)
        {
            var failures = SimulationSummary.Run(first, SeedsAtATime, parts).Failed.SelectMany(seed => seed.Failures);
            seen.AddRange(failures.Select(failure => failure[..failure.IndexOf(':', StringComparison.Ordinal)]));
            if (rules.Any(seen.Contains))
            {
                TestContext.Out.WriteLine($"caught within {first + SeedsAtATime - 1} seeds: {Counts(seen)}");
                return;
            }
        }
        Assert.Fail($"expected one of {string.Join(", ", rules)} to see it, got {Counts(seen)}");
    }

    private static string Counts(IEnumerable<string> rules) =>
        string.Join(", ", rules.CountBy(rule => rule).Select(rule => $"{rule.Value} × {rule.Key}"));
}
