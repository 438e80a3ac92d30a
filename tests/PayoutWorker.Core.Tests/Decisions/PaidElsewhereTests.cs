using Bank131.Views;
using PayoutWorker.Decisions;
using PayoutWorker.Payouts;
using static PayoutWorker.Core.Tests.Sample;
using static PayoutWorker.Payouts.PayoutState;

namespace PayoutWorker.Core.Tests.Decisions;

/// <summary>
/// An earlier session, proven dead, was paid after all, while a second one is open: nothing more may be paid, and
/// "not paid" of the second one must never let the order be paid again.
/// </summary>
internal sealed class PaidElsewhereTests
{
    [TestCase(Created)]
    [TestCase(Started)]
    [TestCase(Ready)]
    [TestCase(Confirming)]
    [TestCase(Confirmed)]
    [TestCase(Cancelling)]
    public void A_success_in_an_earlier_session_holds_the_payout(PayoutState state)
    {
        var payout = Second(state);
        var change = Learn(payout, Webhook(Sample.Paid))!;
        Assert.That((change.To, change.HoldKind), Is.EqualTo((Held, HoldKind.Mismatch)));
        Assert.That(change.Alarms.Single().Kind, Is.EqualTo(AlarmKind.ForeignSession));
        Assert.That((change.Session!.N, change.Session.Use), Is.EqualTo((1, SessionUse.Paid)), "what was dead is not");
        var after = payout.After(change);
        Assert.That((after.PaidElsewhere, after.Session!.N), Is.EqualTo((true, 2)));
        Assert.That(Learn(after, Webhook(Sample.Paid)), Is.Null, "the same once more is no news");
    }

    [Test]
    public void The_session_beside_it_is_cancelled_when_the_bank_waits_for_our_word()
    {
        var payout = HeldBeside();
        Assert.That(Next(payout), Is.EqualTo(new Act.Ask("ps_2")));
        var change = Learn(payout, Current(AwaitsConfirm), mine: true)!;
        Assert.That((change.To, change.Intent), Is.EqualTo((Held, Step.Cancel)));
        var sent = payout.After(change);
        Assert.That(
            Learn(sent, Current(AwaitsConfirm), mine: true)!.Intent,
            Is.Null,
            "not again before the quarantine"
        );
        Assert.That(Learn(payout, Current(AwaitsConfirm), mine: false)!.Intent, Is.Null, "only who drives it may send");
    }

    [Test]
    public void That_the_other_session_is_not_paid_ends_nothing()
    {
        var payout = HeldBeside();
        Assert.That(Learn(payout, Current(NotPaid()) with { Age = null })!.DueIn, Is.EqualTo(TimeSpan.Zero), "asked");
        var change = Learn(payout, Current(NotPaid()))!;
        Assert.That((change.To, change.Session!.Use), Is.EqualTo((Held, SessionUse.Dead)));
        var after = payout.After(change);
        Assert.That(Next(after), Is.InstanceOf<Act.Write>(), "nothing is left to ask about");
        Assert.That(Learn(after, Current(NotPaid()))!.Session, Is.Null);
    }

    [Test]
    public void Paid_in_both_sessions_is_reported_once_and_stays_held()
    {
        var payout = HeldBeside();
        var change = Learn(payout, Current(Sample.Paid))!;
        Assert.That((change.To, change.Alarms.Single().Kind), Is.EqualTo((Held, AlarmKind.DoubledPayout)));
        Assert.That(Learn(payout.After(change), Current(Sample.Paid))!.Alarms, Is.Empty);
    }

    [Test]
    public void A_cancel_that_a_person_asks_for_is_not_sent_before_the_bank_waits_for_it()
    {
        var payout = HeldBeside() with { CancelAsked = true };
        Assert.That(Next(payout), Is.EqualTo(new Act.Ask("ps_2")));
        Assert.That(Learn(payout, Current(Working), mine: true)!.To, Is.EqualTo(Held));
    }

    private static Payout Second(PayoutState state)
    {
        var payout = Payout(state);
        return payout with { Session = payout.Session! with { N = 2, BankId = "ps_2" } };
    }

    private static Payout HeldBeside() => Second(Started).After(Learn(Second(Started), Webhook(Sample.Paid))!);

    private static Evidence.Seen Current(SessionView view) => Status(view with { Id = "ps_2" }) with { SessionN = 2 };

    private static Act Next(Payout payout) => Decision.Next(payout, Sample.Policy);

    private static Change? Learn(Payout payout, Evidence evidence, bool mine = false) =>
        Decision.Learn(payout, evidence, Sample.Policy, mine);
}
