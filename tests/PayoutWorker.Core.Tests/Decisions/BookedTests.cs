using PayoutWorker.Decisions;
using PayoutWorker.Payouts;
using static PayoutWorker.Core.Tests.Sample;

namespace PayoutWorker.Core.Tests.Decisions;

/// <summary>What the bank's statement proves about a payout, and what it does not.</summary>
internal sealed class BookedTests
{
    private const string Source = "statement of 2026-03-02, line po_7";

    private static readonly Payout UnknownCard = Payout(PayoutState.Initiating, CardOrder) with
    {
        State = PayoutState.Held,
        HeldFrom = PayoutState.Initiating,
        HeldKind = HoldKind.OutcomeUnknown,
    };

    [Test]
    public void An_unknown_outcome_becomes_paid()
    {
        var change = Learn(UnknownCard, Booked(10000))!;
        Assert.That(
            (change.To, change.Evidence, change.Result!.PayoutId),
            Is.EqualTo((PayoutState.Paid, Source, "po_7"))
        );
        Assert.That((change.Alarms, change.StopProject), Is.EqualTo((Array.Empty<Alarm>(), (string?)null)));
    }

    [Test]
    public void Paid_without_our_confirm_where_one_was_due_stops_the_project()
    {
        var change = Learn(UnknownCard with { Project = "main" }, Booked(10000))!;
        Assert.That(change.StopProject, Is.Not.Null);
        Assert.That(change.Alarms.Single().Kind, Is.EqualTo(AlarmKind.PaidUnconfirmed));
    }

    [TestCase(PayoutState.Failed)]
    [TestCase(PayoutState.Cancelled)]
    [TestCase(PayoutState.Rejected)]
    public void Money_truth_wins_with_an_alarm(PayoutState state)
    {
        var change = Learn(Payout(state), Booked(350000))!;
        Assert.That((change.To, change.Alarms.Single().Kind), Is.EqualTo((PayoutState.Paid, AlarmKind.LateSuccess)));
    }

    [Test]
    public void Another_amount_or_currency_proves_nothing()
    {
        Assert.That(Learn(UnknownCard, Booked(10001)), Is.Null);
        Assert.That(Learn(UnknownCard, new Evidence.Booked("po_7", new Money(10000, "USD"), Source)), Is.Null);
    }

    [Test]
    public void What_is_held_for_another_reason_or_on_its_way_is_left_to_its_session()
    {
        foreach (var kind in new[] { HoldKind.BeforeMoney, HoldKind.Mismatch })
            Assert.That(Learn(UnknownCard with { HeldKind = kind }, Booked(10000)), Is.Null, $"{kind}");
        Assert.That(Learn(UnknownCard with { PaidElsewhere = true }, Booked(10000)), Is.Null);
        PayoutState[] settled = [PayoutState.Held, PayoutState.Failed, PayoutState.Cancelled, PayoutState.Rejected];
        foreach (var state in Enum.GetValues<PayoutState>().Except(settled))
            Assert.That(Learn(Payout(state), Booked(350000)), Is.Null, $"{state}");
    }

    [Test]
    public void Money_that_came_back_is_returned_or_a_part_of_it()
    {
        var paid = Payout(PayoutState.Paid);
        Assert.That(Learn(paid, Back(350000))!.To, Is.EqualTo(PayoutState.Returned));

        var part = Learn(paid, Back(100))!;
        Assert.That((part.To, part.Result!.ReturnedAmount), Is.EqualTo((PayoutState.Paid, 100L)));
        Assert.That(part.Alarms.Single().Kind, Is.EqualTo(AlarmKind.PartlyReturned));
        Assert.That(Learn(paid with { ReturnedAmount = 100 }, Back(100)), Is.Null, "known already");
    }

    [Test]
    public void Only_what_was_paid_can_come_back()
    {
        foreach (var state in Enum.GetValues<PayoutState>().Where(state => state != PayoutState.Paid))
            Assert.That(Learn(Payout(state), Back(350000)), Is.Null, $"{state}");
    }

    private static Evidence Booked(long amount) => new Evidence.Booked("po_7", new Money(amount, "RUB"), Source);

    private static Evidence Back(long total) => new Evidence.CameBack(total, Source);

    private static Change? Learn(Payout payout, Evidence evidence) =>
        Decision.Learn(payout, evidence, Sample.Policy, mine: false);
}
