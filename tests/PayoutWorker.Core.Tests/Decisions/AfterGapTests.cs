using Bank131.Client;
using PayoutWorker.Decisions;
using PayoutWorker.Payouts;
using static PayoutWorker.Core.Tests.Sample;
using static PayoutWorker.Payouts.PayoutState;

namespace PayoutWorker.Core.Tests.Decisions;

/// <summary>
/// The database went back in time and was released. What is here may have a past at the bank that is lost here: it must
/// show before anything is paid.
/// </summary>
internal sealed class AfterGapTests
{
    private static readonly BankAnswer KeyUsed = new BankAnswer.Refused(new("idempotency_key_already_exists", null));

    [TestCase(1, false, ExpectedResult = Held, Description = "nothing of ours explains it")]
    [TestCase(2, false, ExpectedResult = Creating, Description = "an earlier send of ours explains it")]
    [TestCase(2, true, ExpectedResult = Held, Description = "it would, but the order may have been here before")]
    public PayoutState A_create_whose_key_the_bank_knows(int sends, bool soon)
    {
        var payout = Payout(Creating, sends: sends) with { AfterGap = true, SoonAfterGap = soon };
        return Learn(payout, KeyUsed)!.To;
    }

    [Test]
    public void The_word_about_a_create_from_before_is_heard_when_the_payout_is_new_again()
    {
        var open = new BankSession(1, null, SessionUse.Empty, null, null);
        var payout = Payout(New) with { Session = open, AfterGap = true, SoonAfterGap = true };
        Assert.That(Learn(payout, KeyUsed)!.HoldKind, Is.EqualTo(HoldKind.OutcomeUnknown));
        Assert.That(Learn(payout with { SoonAfterGap = false }, KeyUsed)!.To, Is.EqualTo(New));
        var dead = payout with { Session = open with { Use = SessionUse.Dead } };
        Assert.That(Learn(dead, KeyUsed)!.To, Is.EqualTo(New));
    }

    [Test]
    public void An_answer_to_create_that_comes_when_the_payout_is_new_again_opens_its_session()
    {
        var open = new BankSession(1, null, SessionUse.Empty, null, null);
        var payout = Payout(New) with { Session = open };
        var change = Learn(payout, new BankAnswer.Accepted(Empty))!;
        Assert.That((change.To, change.Session!.BankId), Is.EqualTo((Created, "ps_1")));
        var dead = Learn(
            payout with
            {
                Session = open with { Use = SessionUse.Dead },
            },
            new BankAnswer.Accepted(Empty)
        )!;
        Assert.That(dead.To, Is.EqualTo(New), "what is dead stays dead");
    }

    [Test]
    public void A_session_from_before_is_asked_about_and_left_when_it_is_empty()
    {
        var payout = Payout(Created) with { AfterGap = true, BeforeGap = true, SessionBeforeGap = true };
        Assert.That(Decision.Next(payout, Sample.Policy), Is.EqualTo(new Act.Ask("ps_1")));
        var heard = payout.After(
            Decision.Learn(payout, Status(Empty), Sample.Policy, mine: true)! with
            {
                Heard = true,
            }
        );
        Assert.That(heard.HeardAfterGap, Is.True);
        var change = ((Act.Write)Decision.Next(heard, Sample.Policy)).Change;
        Assert.That((change.To, change.Session!.Use, change.Intent), Is.EqualTo((New, SessionUse.Dead, (Step?)null)));
    }

    [Test]
    public void A_session_from_before_that_shows_an_error_was_started()
    {
        var error = View(Bank131.Views.SessionStatus.Error);
        var change = Decision.Learn(Payout(Created), Status(error), Sample.Policy, mine: true)!;
        Assert.That((change.To, change.Session!.Use), Is.EqualTo((Started, SessionUse.Armed)));
    }

    [Test]
    public void What_nobody_has_heard_of_since_is_asked_about_before_it_is_confirmed()
    {
        var payout = Payout(Ready) with { AfterGap = true, BeforeGap = true };
        Assert.That(Decision.Next(payout, Sample.Policy), Is.EqualTo(new Act.Ask("ps_1")));
        var heard = (Act.Write)Decision.Next(payout with { HeardAfterGap = true }, Sample.Policy);
        Assert.That(heard.Change.Intent, Is.EqualTo(Step.Confirm));
    }

    [TestCase(HoldKind.OutcomeUnknown, true)]
    [TestCase(HoldKind.BeforeMoney, false)]
    public void An_unused_session_of_unknown_outcome_is_asked_about(HoldKind kind, bool asked)
    {
        var payout = Payout(Created) with { State = Held, HeldFrom = Created, HeldKind = kind };
        Assert.That(Decision.Next(payout, Sample.Policy) is Act.Ask, Is.EqualTo(asked));
    }

    [Test]
    public void A_new_session_is_not_from_before()
    {
        var payout = Payout(Created) with { SessionBeforeGap = true };
        var next = payout.After(
            new Change { To = New, Session = new BankSession(2, null, SessionUse.Empty, null, null) }
        );
        Assert.That(next.SessionBeforeGap, Is.False);
    }

    [TestCase(New)]
    [TestCase(Created)]
    public void A_cancel_of_what_was_here_is_not_carried_out_here_alone(PayoutState state)
    {
        var payout = Payout(state) with { CancelAsked = true, AfterGap = true, BeforeGap = true };
        var change = ((Act.Write)Decision.Next(payout, Sample.Policy)).Change;
        Assert.That((change.To, change.HoldKind), Is.EqualTo((Held, HoldKind.OutcomeUnknown)));
    }

    [Test]
    public void A_cancel_of_what_was_held_before_money_is_not_either()
    {
        var payout = Payout(New) with
        {
            State = Held,
            HeldFrom = New,
            HeldKind = HoldKind.BeforeMoney,
            CancelAsked = true,
            BeforeGap = true,
        };
        var change = ((Act.Write)Decision.Next(payout, Sample.Policy)).Change;
        Assert.That((change.To, change.HoldKind), Is.EqualTo((Held, HoldKind.OutcomeUnknown)));
    }

    [TestCase(true, ExpectedResult = Held)]
    [TestCase(false, ExpectedResult = Initiating, Description = "a person has looked and released it")]
    public PayoutState A_single_request_that_was_new_waits_for_a_person(bool stateBeforeGap)
    {
        var payout = Payout(New, CardOrder) with { BeforeGap = true, StateBeforeGap = stateBeforeGap };
        var change = ((Act.Write)Decision.Next(payout, Sample.Policy)).Change;
        Assert.That(change.HoldKind, Is.EqualTo(stateBeforeGap ? HoldKind.BeforeMoney : null));
        Assert.That(payout.After(change).StateBeforeGap, Is.False);
        return change.To;
    }

    private static Change? Learn(Payout payout, BankAnswer answer) =>
        Decision.Learn(payout, new Evidence.Answered(Step.Create, 1, answer), Sample.Policy, mine: false);
}
