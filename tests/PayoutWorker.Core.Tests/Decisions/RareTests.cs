using Bank131.Client;
using Bank131.Views;
using PayoutWorker.Decisions;
using PayoutWorker.Payouts;
using static PayoutWorker.Core.Tests.Sample;
using static PayoutWorker.Payouts.PayoutState;

namespace PayoutWorker.Core.Tests.Decisions;

/// <summary>What should never happen at the bank, or happens once in years: it must not be lost, and not pay twice.</summary>
internal sealed class RareTests
{
    private static readonly BankAnswer NotSent = new BankAnswer.NotSent("connection: refused");

    [TestCase(Step.Start, Starting)]
    [TestCase(Step.Init, Initiating)]
    [TestCase(Step.Confirm, Confirming)]
    public void That_an_earlier_send_did_not_leave_says_nothing_about_the_one_under_way(Step step, PayoutState state)
    {
        var payout = Payout(state);
        var late = new Evidence.Answered(step, 1, NotSent, payout.Call!.LastSentAt - TimeSpan.FromSeconds(10));
        Assert.That(Decision.Learn(payout, late, Sample.Policy, mine: false), Is.Null);
        var own = late with { SentAt = payout.Call.LastSentAt };
        Assert.That(Decision.Learn(payout, own, Sample.Policy, mine: false)!.To, Is.Not.EqualTo(state));
    }

    [Test]
    public void A_success_of_a_dead_session_ends_a_payout_that_waits_for_its_next_try()
    {
        var dead = Payout(Starting).Session! with { Use = SessionUse.Dead };
        var payout = Payout(New) with { Session = dead };
        var change = Decision.Learn(payout, Webhook(Sample.Paid), Sample.Policy, mine: false)!;
        Assert.That(change.To, Is.EqualTo(PayoutState.Paid));
        Assert.That(Transitions.Allows(New, change.To), "otherwise a new session is opened and paid meanwhile");
    }

    [Test]
    public void A_second_session_of_a_paid_payout_that_was_paid_as_well_is_reported()
    {
        var payout = Payout(PayoutState.Paid);
        payout = payout with { Session = payout.Session! with { N = 2, BankId = "ps_2" } };
        var change = Decision.Learn(payout, Webhook(Sample.Paid), Sample.Policy, mine: false)!;
        Assert.That(change.To, Is.EqualTo(PayoutState.Paid));
        Assert.That(change.Alarms.Single().Kind, Is.EqualTo(AlarmKind.ForeignSession));
    }

    [Test]
    public void A_second_payout_in_the_session_of_a_paid_one_is_reported()
    {
        var doubled = View(SessionStatus.InProgress, PayoutStatus.InProgress, copies: 2);
        var change = Decision.Learn(Payout(PayoutState.Paid), Webhook(doubled), Sample.Policy, mine: false)!;
        Assert.That(change.Alarms.Single().Kind, Is.EqualTo(AlarmKind.DoubledPayout));
    }

    [Test]
    public void Money_that_came_back_before_the_payment_was_seen_is_found_as_returned()
    {
        var whole = AccountOrder.Amount.Minor;
        var payout = Payout(PayoutState.Paid) with { ReturnedAmount = whole };
        var view = View(
            SessionStatus.Accepted,
            PayoutStatus.Succeeded,
            shown: AccountView with
            {
                RefundedAmount = whole,
            }
        );
        Assert.That(Decision.Learn(payout, Status(view), Sample.Policy, mine: false)!.To, Is.EqualTo(Returned));
    }

    [Test]
    public void What_is_held_in_a_gap_is_asked_about_before_it_may_be_cancelled()
    {
        var payout = HeldBeforeStart() with { CancelAsked = true, GapOpenedAt = Now };
        Assert.That(Decision.Next(payout, Sample.Policy), Is.EqualTo(new Act.Ask("ps_1")));
        var asked = payout with { HeardAt = Now };
        Assert.That(
            ((Act.Write)Decision.Next(asked, Sample.Policy)).Change.To,
            Is.EqualTo(Held),
            "nothing ends in a gap"
        );
    }

    [Test]
    public void What_the_bank_shows_as_started_is_cancelled_at_the_bank()
    {
        var payout = HeldBeforeStart();
        payout = payout.After(Decision.Learn(payout, Status(Working), Sample.Policy, mine: true)!);
        Assert.That(payout.Session!.Use, Is.EqualTo(SessionUse.Armed));
        var next = (Act.Write)Decision.Next(payout with { CancelAsked = true }, Sample.Policy);
        Assert.That(next.Change.Intent, Is.EqualTo(Step.Cancel));
    }

    [TestCase(Confirming, Step.Confirm)]
    [TestCase(Cancelling, Step.Cancel)]
    public void A_call_that_never_lands_is_held_after_so_many_sends_and_still_asked_about(PayoutState state, Step step)
    {
        var payout = Payout(state, sends: Sample.Policy.MaxSends, sentAgo: Sample.Policy.Timings.Quarantine * 2);
        payout = payout with { Session = payout.Session! with { Use = SessionUse.Armed } };
        var change = Decision.Learn(payout, Status(AwaitsConfirm), Sample.Policy, mine: true)!;
        Assert.That((change.To, change.HoldKind), Is.EqualTo((Held, HoldKind.OutcomeUnknown)));
        Assert.That(change.Why, Does.Contain(step.Text()));
        var held = payout.After(change);
        Assert.That(Decision.Next(held, Sample.Policy), Is.EqualTo(new Act.Ask("ps_1")));
        Assert.That(
            Decision.Learn(held, Status(AwaitsConfirm), Sample.Policy, mine: true)!.Alarms,
            Is.Empty,
            "no news"
        );
        Assert.That(
            Decision.Learn(held, Status(Sample.Paid), Sample.Policy, mine: true)!.To,
            Is.EqualTo(PayoutState.Paid)
        );
    }

    [Test]
    public void A_late_success_of_another_amount_says_so()
    {
        var other = View(SessionStatus.Accepted, PayoutStatus.Succeeded, shown: AccountView with { Amount = 1 });
        var change = Decision.Learn(Payout(Failed), Webhook(other), Sample.Policy, mine: false)!;
        Assert.That((change.To, change.Alarms.Single().Kind), Is.EqualTo((PayoutState.Paid, AlarmKind.LateSuccess)));
        Assert.That(change.Result!.Reason, Does.Contain("amount"));
        Assert.That(change.Alarms.Single().Text, Does.Contain("amount"));
    }

    [Test]
    public void An_unconfirmed_payment_stops_its_project_unless_the_confirm_may_be_lost_with_the_database()
    {
        Change Paid(bool beforeGap) =>
            Decision.Learn(
                Payout(Started) with
                {
                    AfterGap = true,
                    BeforeGap = beforeGap,
                },
                Webhook(Sample.Paid),
                Sample.Policy,
                mine: false
            )!;
        Assert.That(Paid(beforeGap: false).StopProject, Is.Not.Null);
        Assert.That(Paid(beforeGap: true).StopProject, Is.Null);
    }

    [Test]
    public void A_fact_that_would_make_an_impossible_move_is_kept_without_the_move()
    {
        var payout = Payout(PayoutState.Paid);
        var outcome = new CallOutcome(Step.Confirm, 1, "not sent", NotSent);
        var change = Decision.Legal(
            payout,
            new Change
            {
                To = Creating,
                Outcome = outcome,
                Session = payout.Session,
            }
        )!;
        Assert.That(
            (change.To, change.Outcome, change.DueIn),
            Is.EqualTo((PayoutState.Paid, outcome, (TimeSpan?)null))
        );
        Assert.That(change.Session, Is.EqualTo(payout.Session));
        Assert.That(change.Alarms.Single().Kind, Is.EqualTo(AlarmKind.ImpossibleMove));
    }

    private static Payout HeldBeforeStart() =>
        Payout(Created) with
        {
            State = Held,
            HeldFrom = Created,
            HeldKind = HoldKind.BeforeMoney,
        };
}
