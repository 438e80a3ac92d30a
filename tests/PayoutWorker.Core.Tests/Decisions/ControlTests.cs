using PayoutWorker.Decisions;
using PayoutWorker.Payouts;
using static PayoutWorker.Core.Tests.Sample;
using static PayoutWorker.Payouts.PayoutState;

namespace PayoutWorker.Core.Tests.Decisions;

/// <summary>Approval and money limits keep a payout from every call that could lead to money, and from nothing else.</summary>
internal sealed class ControlTests
{
    private static readonly PayoutState[] Sending = [New, Creating, Created, Ready];

    private static readonly OverLimit Limit = new("money limit 3: too much", "limit 3 on 2026-03-02");

    [TestCaseSource(nameof(Sending))]
    public void What_waits_for_approval_stays_where_it_is(PayoutState state)
    {
        var payout = Payout(state) with { AwaitsApproval = true };
        var change = Next(payout);
        Assert.That((change.To, change.Intent), Is.EqualTo((state, (Step?)null)));
        Assert.That(change.DueIn, Is.EqualTo(Sample.Policy.Timings.StoppedPause));
    }

    [TestCaseSource(nameof(Sending))]
    public void What_is_not_what_was_approved_is_held_before_money(PayoutState state)
    {
        var change = Next(Payout(state) with { ApprovalVoid = true });
        Assert.That(
            (change.To, change.HoldKind, change.Intent),
            Is.EqualTo((Held, (HoldKind?)HoldKind.BeforeMoney, (Step?)null))
        );
        Assert.That(change.Alarms.Single().Kind, Is.EqualTo(AlarmKind.ApprovalVoid));
        Assert.That(change.Alarms.Single().Subject, Is.EqualTo("A-1"));
    }

    [TestCase(New)]
    [TestCase(Created)]
    public void What_is_over_a_limit_is_held_with_the_limit_s_alarm(PayoutState state)
    {
        var payout = Payout(state) with { OverLimit = Limit };
        var change = Next(payout);
        Assert.That((change.To, change.HoldKind), Is.EqualTo((Held, (HoldKind?)HoldKind.BeforeMoney)));
        Assert.That(change.Result!.Reason, Is.EqualTo(Limit.Reason));
        Assert.That(change.Alarms, Is.EqualTo(new[] { new Alarm(AlarmKind.MoneyLimit, Limit.Subject, Limit.Reason) }));
        Assert.That(payout.After(change).OverLimit, Is.Null, "it is said of one intent");
    }

    [TestCaseSource(nameof(Sending))]
    public void A_cancel_and_a_hold_go_first(PayoutState state)
    {
        var payout = Payout(state) with { AwaitsApproval = true };
        Assert.That(Next(payout with { HoldAsked = true }).To, Is.EqualTo(Held));
        var cancelled = Next(payout with { CancelAsked = true });
        Assert.That(cancelled.To, Is.EqualTo(state == Ready ? Cancelling : Cancelled));
    }

    [TestCase(Starting)]
    [TestCase(Started)]
    [TestCase(Confirming)]
    [TestCase(Confirmed)]
    public void What_is_at_the_bank_is_asked_about_all_the_same(PayoutState state) =>
        Assert.That(
            Decision.Next(Payout(state) with { ApprovalVoid = true }, Sample.Policy),
            Is.EqualTo(new Act.Ask("ps_1"))
        );

    private static Change Next(Payout payout) => ((Act.Write)Decision.Next(payout, Sample.Policy)).Change;
}
