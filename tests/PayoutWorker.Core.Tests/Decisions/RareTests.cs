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

    private static Payout HeldBeforeStart() =>
        Payout(Created) with
        {
            State = Held,
            HeldFrom = Created,
            HeldKind = HoldKind.BeforeMoney,
        };
}
