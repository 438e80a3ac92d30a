using Bank131.Views;
using PayoutWorker.Decisions;
using PayoutWorker.Payouts;
using static PayoutWorker.Core.Tests.Sample;
using static PayoutWorker.Payouts.PayoutState;

namespace PayoutWorker.Core.Tests.Decisions;

/// <summary>A webhook with our reference about a session that nobody knows: whose is it?</summary>
internal sealed class BindTests
{
    private static readonly Payout Waits = Payout(Initiating);

    [Test]
    public void A_session_of_our_amount_to_our_payee_is_taken_for_ours_and_nothing_more_is_believed()
    {
        var change = Bind(Waits)!;
        Assert.That((change.To, change.Intent, change.DueIn), Is.EqualTo((Initiating, (Step?)null, TimeSpan.Zero)));
        Assert.That(change.Session, Is.EqualTo(Waits.Session! with { BankId = "ps_1" }));
        Assert.That((change.Evidence, change.SessionEvidence), Is.EqualTo(("webhook 1", "webhook 1")));
    }

    [Test]
    public void So_it_is_when_a_person_is_awaited_already()
    {
        var held = Waits with { State = Held, HeldFrom = Initiating, HeldKind = HoldKind.OutcomeUnknown };
        Assert.That(Bind(held)!.To, Is.EqualTo(Held));
        Assert.That(Bind(held with { HeldFrom = Starting }), Is.Null);
    }

    [Test]
    public void Who_does_not_wait_for_a_session_gets_none()
    {
        Assert.That(Bind(Waits with { State = Started }), Is.Null);
        Assert.That(Bind(Waits with { Session = null }), Is.Null);
        Assert.That(Bind(Waits with { Session = Waits.Session! with { BankId = "ps_0" } }), Is.Null);
        Assert.That(Bind(Waits with { Session = Waits.Session! with { Use = SessionUse.Dead } }), Is.Null);
        Assert.That(Bind(Waits, n: 2), Is.Null);
    }

    [Test]
    public void A_session_that_shows_something_else_is_not_ours()
    {
        var other = View(SessionStatus.InProgress, PayoutStatus.InProgress, shown: AccountView with { Amount = 1 });
        Assert.That(Bind(Waits, session: other), Is.Null);
        Assert.That(Bind(Waits, session: Empty), Is.Null, "no payout");
        Assert.That(
            Bind(Waits, session: View(SessionStatus.InProgress, PayoutStatus.InProgress, copies: 2)),
            Is.Null,
            "two payouts"
        );
    }

    private static Change? Bind(Payout payout, int n = 1, SessionView? session = null) =>
        Decision.Bind(payout, n, session ?? Working, "webhook 1");
}
