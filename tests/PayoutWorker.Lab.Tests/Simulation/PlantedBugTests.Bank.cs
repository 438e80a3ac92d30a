using Bank131.Client;
using Bank131.Views;
using PayoutWorker.Lab.Simulation.Actors;
using PayoutWorker.Lab.Tests.Simulation.Planted;
using PayoutWorker.Payouts;

namespace PayoutWorker.Lab.Tests.Simulation;

// What the network and the bank say, taken for something else, or not heard at all.
internal sealed partial class PlantedBugTests
{
    [Test]
    public void N4_Taking_a_server_error_for_a_refusal() =>
        AssertCaught(
            Answered(answer =>
                answer is BankAnswer.Unknown unknown && unknown.Reason.StartsWith("the bank answered HTTP 5")
                    ? new BankAnswer.Refused(new BankError("operation_rejected", null))
                    : answer
            ),
            "J6"
        );

    [Test]
    public void N7_Sending_again_when_the_answer_cannot_be_read() =>
        AssertCaught(
            Answered(answer =>
                answer is BankAnswer.Unknown unknown && unknown.Reason.Contains("unreadable")
                    ? new BankAnswer.NotSent("an exception")
                    : answer
            ),
            "J1",
            "J6"
        );

    [Test]
    public void W5_Ignoring_a_success_that_comes_after_the_end() =>
        AssertCaught(
            Written(
                (payout, change) =>
                    payout.State is PayoutState.Failed or PayoutState.Cancelled && change?.To == PayoutState.Paid
                        ? null
                        : change
            ),
            "J6"
        );

    [Test]
    public void W6_Waiting_for_webhooks_alone() =>
        AssertCaught(
            new SimulationParts
            {
                Bank = bank => new PlantedBank(bank, asked: _ => new BankAnswer.Unknown("never asked")),
            },
            "J4"
        );

    [Test]
    public void W7_Ignoring_money_that_comes_back() =>
        AssertCaught(Written((payout, change) => payout.State == PayoutState.Paid ? null : change), "J5");

    private static SimulationParts Answered(Func<BankAnswer, BankAnswer> read) =>
        new() { Bank = bank => new PlantedBank(bank, sent: (_, answer) => read(answer)) };
}
