using PayoutWorker.Decisions;
using PayoutWorker.Payouts;
using static PayoutWorker.Core.Tests.Sample;
using static PayoutWorker.Payouts.PayoutState;

namespace PayoutWorker.Core.Tests.Decisions;

/// <summary>What the bank showed first cannot be decrypted: it is taken neither for absent nor for agreed.</summary>
internal sealed class UnreadableTests
{
    private const string Why = "its data key is not there";

    [Test]
    public void Nothing_is_confirmed_that_cannot_be_compared() =>
        AssertHeld(((Act.Write)Decision.Next(Unreadable(Ready), Sample.Policy)).Change);

    [TestCase(Started)]
    [TestCase(Ready)]
    public void What_the_bank_shows_later_does_not_take_its_place(PayoutState state)
    {
        var change = Decision.Learn(Unreadable(state), Webhook(AwaitsConfirm), Sample.Policy, mine: false)!;
        AssertHeld(change);
        Assert.That(change.Evidence, Is.EqualTo("webhook 1"));
        Assert.That(change.Session, Is.Null, "what is pinned stays");
    }

    private static Payout Unreadable(PayoutState state)
    {
        var payout = Payout(state);
        return payout with
        {
            Session = payout.Session! with { ConfirmInformation = null, Echo = null, Unreadable = Why },
        };
    }

    private static void AssertHeld(Change change)
    {
        Assert.That(
            (change.To, change.HoldKind, change.Intent),
            Is.EqualTo((Held, (HoldKind?)HoldKind.BeforeMoney, (Step?)null))
        );
        Assert.That(change.Result!.Reason, Does.EndWith(Why));
    }
}
