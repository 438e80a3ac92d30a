using Bank131.Simulator;
using PayoutWorker.IntegrationTests.Support;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.IntegrationTests.Flows;

/// <summary>One fault at a time, over real sockets: whatever happens to a call or a webhook, paid once.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class FaultTests : TownFixture
{
    // The longest wait of all, for a webhook that never comes, is shortened some more.
    protected override TownOptions Options =>
        base.Options with
        {
            WorkerSettings = new Dictionary<string, object> { ["Timings:InitWait"] = "00:03:00" },
        };

    private static readonly BankStep[] Calls = [BankStep.Start, BankStep.Confirm, BankStep.Status];

    private static readonly CallFaultKind[] Kinds =
    [
        CallFaultKind.AnswerLost,
        CallFaultKind.RequestLost,
        CallFaultKind.ErrorBefore,
        CallFaultKind.ErrorAfter,
        CallFaultKind.TooManyRequests,
        CallFaultKind.Slow,
        CallFaultKind.Garbage,
        CallFaultKind.Truncated,
        CallFaultKind.WrongSession,
        CallFaultKind.Redirect,
        CallFaultKind.LateDelivery,
        CallFaultKind.Doubled,
    ];

    private static IEnumerable<TestCaseData> AccountFaults() =>
        from step in Calls
        from kind in Kinds
        select new TestCaseData(step, kind);

    [TestCaseSource(nameof(AccountFaults))]
    public async Task An_account_payout_is_paid_once_whatever_happens_to_a_call(BankStep step, CallFaultKind kind)
    {
        var account = NewAccount();
        Town.Bank.Script(
            new PayoutScript(account)
            {
                Faults =
                [
                    new CallFault(kind, step)
                    {
                        Delay = TimeSpan.FromSeconds(30),
                        RetryAfter = TimeSpan.FromSeconds(1),
                        Silent = kind == CallFaultKind.AnswerLost,
                    },
                ],
            }
        );
        await WaitForAsync(await OrderAsync(account), "paid");
        PaidOnce(account, 350000);
    }

    [Test]
    public async Task A_payout_is_paid_once_whatever_happens_to_its_webhooks([Values] WebhookFaultKind kind)
    {
        var account = NewAccount();
        Town.Bank.Script(new PayoutScript(account) { WebhookFaults = [new WebhookFault(kind) { Copies = 5 }] });
        await WaitForAsync(await OrderAsync(account), "paid");
        PaidOnce(account, 350000);
    }

    [Test]
    public async Task A_card_payout_whose_answer_is_lost_is_found_by_its_webhook_and_never_sent_again(
        [Values(CallFaultKind.AnswerLost, CallFaultKind.ErrorAfter, CallFaultKind.Garbage, CallFaultKind.Slow)]
            CallFaultKind kind
    )
    {
        var card = NewCard();
        Town.Bank.Script(
            new PayoutScript(card)
            {
                Faults = [new CallFault(kind, BankStep.Init) { Delay = TimeSpan.FromSeconds(60) }],
            }
        );
        await WaitForAsync(await OrderCardAsync(card), "paid");
        PaidOnce(card, 10000);
        var inits = Town.Bank.Events.After().Count(e => e.Kind == BankEventKind.Inited && e.Payee == card);
        Assert.That(inits, Is.EqualTo(1));
    }

    [Test]
    public async Task A_card_payout_that_may_have_been_sent_is_held_when_nothing_is_heard_of_it()
    {
        var card = NewCard();
        Town.Bank.Script(
            new PayoutScript(card)
            {
                Faults = [new CallFault(CallFaultKind.AnswerLost, BankStep.Init)],
                WebhookFaults = [new WebhookFault(WebhookFaultKind.Lost)],
            }
        );
        var status = await WaitForAsync(await OrderCardAsync(card), "held");
        Assert.That(status, Has.Property("HeldKind").EqualTo("outcome_unknown").And.Property("MayPayAgain").False);
        PaidOnce(card, 10000);
    }

    [Test]
    public async Task Two_payouts_in_one_session_are_cancelled_and_held()
    {
        var account = NewAccount();
        Town.Bank.Script(new PayoutScript(account) { SecondPayout = true });
        var key = await OrderAsync(account);
        await WaitForAsync(key, "held");
        await Town.Bank.Events.WaitForAsync(
            e => e.Kind == BankEventKind.Cancelled && e.Payee == account,
            Patience,
            default
        );
        NeverPaid(account);
    }
}
