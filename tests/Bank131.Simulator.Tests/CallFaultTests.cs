using Bank131.Client;
using Bank131.Messages;
using Bank131.Simulator.Tests.Support;

namespace Bank131.Simulator.Tests;

/// <summary>Faults of calls, seen by the production client over HTTP and by the bank's own books.</summary>
internal sealed class CallFaultTests
{
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);
    private Stand _stand = null!;

    [SetUp]
    public async Task Start() => _stand = await Stand.StartAsync();

    [TearDown]
    public async Task Stop() => await _stand.DisposeAsync();

    [TestCase(CallFaultKind.AnswerLost, true)]
    [TestCase(CallFaultKind.RequestLost, false)]
    [TestCase(CallFaultKind.ErrorBefore, false)]
    [TestCase(CallFaultKind.ErrorAfter, true)]
    [TestCase(CallFaultKind.TooManyRequests, false)]
    [TestCase(CallFaultKind.Garbage, true)]
    [TestCase(CallFaultKind.Truncated, true)]
    [TestCase(CallFaultKind.Redirect, false)]
    public async Task The_client_cannot_know_and_the_bank_did_it_or_not(CallFaultKind kind, bool done)
    {
        var id = await _stand.CreateAsync();
        _stand.Bank.Script(new CallFault(kind, BankStep.Start));

        var answer = await _stand.StartPayoutAsync(id);

        Assert.That(answer, Is.TypeOf<BankAnswer.Unknown>());
        Assert.That((await _stand.StatusAsync(id)).Payouts, Has.Count.EqualTo(done ? 1 : 0));
        Assert.That(await _stand.StartPayoutAsync(await _stand.CreateAsync()), Is.TypeOf<BankAnswer.Accepted>());
    }

    [TestCase(BankStep.Create)]
    [TestCase(BankStep.Start)]
    [TestCase(BankStep.Confirm)]
    [TestCase(BankStep.Cancel)]
    [TestCase(BankStep.Status)]
    public async Task A_lost_answer_strikes_the_named_step_only(BankStep step)
    {
        var ready = await _stand.ReadyAsync();
        var empty = await _stand.CreateAsync();
        _stand.Bank.Script(new CallFault(CallFaultKind.AnswerLost, step));

        var create = await _stand.PostAsync(BankPath.CreateRko, "{}"u8.ToArray());
        var start = await _stand.StartPayoutAsync(empty, "40817810400003869536");
        var cancel = await _stand.CancelAsync(await _stand.CreateAsync());
        var confirm = await _stand.ConfirmAsync(ready.Id, ready.ConfirmInformation);
        var status = await _stand.PostAsync(BankPath.Status, BankJson.Bytes(new AskSession(ready.Id)));

        Assert.Multiple(() =>
        {
            Assert.That(create is BankAnswer.Unknown, Is.EqualTo(step == BankStep.Create));
            Assert.That(start is BankAnswer.Unknown, Is.EqualTo(step == BankStep.Start));
            Assert.That(cancel is BankAnswer.Unknown, Is.EqualTo(step == BankStep.Cancel));
            Assert.That(confirm is BankAnswer.Unknown, Is.EqualTo(step == BankStep.Confirm));
            Assert.That(status is BankAnswer.Unknown, Is.EqualTo(step == BankStep.Status));
        });
        await _stand.HappenedAsync(BankEventKind.Settled);
    }

    [Test]
    public async Task A_card_is_paid_although_the_answer_to_its_init_was_lost()
    {
        _stand.Bank.Script(new PayoutScript(Stand.CardNumber) { Faults = [new(CallFaultKind.AnswerLost)] });
        Assert.That(await _stand.InitCardAsync(), Is.TypeOf<BankAnswer.Unknown>());
        await _stand.HappenedAsync(BankEventKind.Settled);
        Assert.That(_stand.Bank.Ledger.Of(Stand.CardNumber), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Faults_of_a_payee_strike_its_first_calls_only()
    {
        _stand.Bank.Script(
            new PayoutScript(Stand.Account) { Faults = [new(CallFaultKind.ErrorBefore, BankStep.Start) { Times = 2 }] }
        );
        var id = await _stand.CreateAsync();
        var other = await _stand.StartPayoutAsync(await _stand.CreateAsync(), "40817810400003869536");
        var first = await _stand.StartPayoutAsync(id);
        var second = await _stand.StartPayoutAsync(id);
        var third = await _stand.StartPayoutAsync(id);
        Assert.That(
            new[] { other, first, second, third }.Select(a => a.HttpStatus),
            Is.EqualTo(new int?[] { 200, 500, 500, 200 })
        );
    }

    [Test]
    public async Task The_nth_call_of_a_method_is_struck_whoever_is_paid()
    {
        _stand.Bank.Script(new CallFault(CallFaultKind.ErrorBefore, BankStep.Create) { Skip = 2, HttpStatus = 503 });
        var answers = new List<int?>();
        for (var i = 0; i < 4; i++)
            answers.Add((await _stand.PostAsync(BankPath.CreateRko, "{}"u8.ToArray())).HttpStatus);
        Assert.That(answers, Is.EqualTo(new int?[] { 200, 200, 503, 200 }));
    }

    [Test]
    public void A_fault_of_create_for_a_payee_is_a_mistake_and_said_so() =>
        Assert.Throws<ArgumentException>(() =>
            _stand.Bank.Script(new PayoutScript("1") { Faults = [new(CallFaultKind.Slow, BankStep.Create)] })
        );

    [Test]
    public async Task Too_many_requests_says_when_to_come_back()
    {
        var pause = TimeSpan.FromSeconds(7);
        _stand.Bank.Script(new CallFault(CallFaultKind.TooManyRequests) { RetryAfter = pause });
        var answer = (BankAnswer.Unknown)await _stand.PostAsync(BankPath.CreateRko, "{}"u8.ToArray());
        Assert.That((answer.HttpStatus, answer.RetryAfter), Is.EqualTo((429, (TimeSpan?)pause)));
    }

    [Test]
    public async Task A_slow_answer_comes_after_its_delay()
    {
        _stand.Bank.Script(new CallFault(CallFaultKind.Slow) { Delay = TimeSpan.FromSeconds(200) });
        var answer = await _stand.PostAsync(BankPath.CreateRko, "{}"u8.ToArray());
        Assert.That(answer, Is.TypeOf<BankAnswer.Accepted>());
        Assert.That(answer.Duration, Is.GreaterThan(TimeSpan.FromMilliseconds(190)));
    }

    [Test]
    public async Task Silence_lasts_until_the_client_gives_up()
    {
        _stand.Bank.Script(new CallFault(CallFaultKind.AnswerLost) { Silent = true });
        var hasty = new BankClientOptions(_stand.Bank.BaseAddress, TimeSpan.FromMilliseconds(300), TenSeconds);
        using var client = new BankClient(hasty);
        var answer = await client.PostAsync(_stand.Manual, BankPath.CreateRko, "{}"u8.ToArray(), null, default);
        Assert.That(answer, Is.EqualTo(new BankAnswer.Unknown("no answer in time") { Duration = answer.Duration }));
        Assert.That(_stand.Bank.SessionIds(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task The_answer_names_another_session()
    {
        var id = await _stand.CreateAsync();
        _stand.Bank.Script(new CallFault(CallFaultKind.WrongSession, BankStep.Start));
        var answer = (BankAnswer.Accepted)await _stand.StartPayoutAsync(id);
        Assert.That(answer.Session.Id, Is.Not.EqualTo(id));
        Assert.That((await _stand.StatusAsync(id)).Payouts, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_late_request_is_processed_after_status_said_that_nothing_is_there()
    {
        var id = await _stand.CreateAsync();
        _stand.Bank.Script(
            new CallFault(CallFaultKind.LateDelivery, BankStep.Start) { Delay = TimeSpan.FromSeconds(300) }
        );
        Assert.That(await _stand.StartPayoutAsync(id), Is.TypeOf<BankAnswer.Unknown>());
        Assert.That((await _stand.StatusAsync(id)).Payouts, Is.Empty);
        await _stand.UntilAsync(id, s => s.Payouts.Count == 1);
    }

    [Test]
    public async Task A_doubled_request_meets_the_idempotency_key()
    {
        _stand.Bank.Script(new CallFault(CallFaultKind.Doubled, BankStep.Init));
        Assert.That(await _stand.InitCardAsync(), Is.TypeOf<BankAnswer.Accepted>());
        await _stand.HappenedAsync(BankEventKind.Settled);
        Assert.That(_stand.Bank.Events.Count(BankEventKind.Refused), Is.EqualTo(1));
        Assert.That(_stand.Bank.SessionIds(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_doubled_init_without_a_key_pays_twice()
    {
        _stand.Bank.Script(new CallFault(CallFaultKind.Doubled, BankStep.Init));
        await _stand.PostAsync(BankPath.InitCard, BankJson.Bytes(Stand.InitCard()), null, _stand.Automatic);
        await _stand.Bank.Events.WaitForAsync(e => e is { Kind: BankEventKind.Settled, Count: 2 }, TenSeconds, default);
        Assert.That(_stand.Bank.Ledger.Repeated().Single(), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Cleared_faults_are_gone()
    {
        _stand.Bank.Script(new CallFault(CallFaultKind.ErrorBefore) { Times = int.MaxValue });
        Assert.That((await _stand.PostAsync(BankPath.CreateRko, "{}"u8.ToArray())).HttpStatus, Is.EqualTo(500));
        _stand.Bank.ClearFaults();
        Assert.That((await _stand.PostAsync(BankPath.CreateRko, "{}"u8.ToArray())).HttpStatus, Is.EqualTo(200));
    }
}
