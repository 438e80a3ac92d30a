using PayoutWorker.Driving;
using PayoutWorker.Payouts;

namespace PayoutWorker.Core.Tests.Driving;

internal sealed class TroubleTests
{
    [TestCase(PayoutState.New, PayoutState.Started, ExpectedResult = false)]
    [TestCase(PayoutState.Ready, PayoutState.Confirmed, ExpectedResult = false)]
    [TestCase(PayoutState.Confirmed, PayoutState.Paid, ExpectedResult = false)]
    [TestCase(PayoutState.Started, PayoutState.Cancelled, ExpectedResult = false)]
    [TestCase(PayoutState.New, PayoutState.Rejected, ExpectedResult = true)]
    [TestCase(PayoutState.Confirmed, PayoutState.Failed, ExpectedResult = true)]
    [TestCase(PayoutState.Ready, PayoutState.Held, ExpectedResult = true)]
    [TestCase(PayoutState.Ready, PayoutState.Confirming, ExpectedResult = true)]
    public bool What_went_wrong_is_trouble(PayoutState found, PayoutState after) =>
        Trouble.In(found, Sample.Payout(after));

    [TestCase(PayoutState.Held)]
    [TestCase(PayoutState.Starting)]
    public void It_is_told_once_and_not_at_each_look(PayoutState state) =>
        Assert.That(Trouble.In(state, Sample.Payout(state)), Is.False);

    [TestCase(1, ExpectedResult = true)]
    [TestCase(2, ExpectedResult = false)]
    public bool The_first_refusal_that_is_tried_again_is_told(int sends)
    {
        var call = new BankCall(Step.Start, sends, Sample.Now, "activity_count_exceeded");
        return Trouble.In(PayoutState.Created, Sample.Payout(PayoutState.Created) with { Call = call });
    }
}
