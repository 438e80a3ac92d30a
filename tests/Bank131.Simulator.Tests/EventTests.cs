using Bank131.Client;
using Bank131.Simulator.Tests.Support;
using Bank131.Views;

namespace Bank131.Simulator.Tests;

internal sealed class EventTests
{
    private Stand _stand = null!;

    [SetUp]
    public async Task Start() => _stand = await Stand.StartAsync();

    [TearDown]
    public async Task Stop() => await _stand.DisposeAsync();

    [Test]
    public async Task A_listener_is_called_before_the_answer_is_written()
    {
        using var hold = new ManualResetEventSlim();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _stand.Bank.Events.Happened += happened =>
        {
            if (happened.Kind != BankEventKind.Created)
                return;
            entered.TrySetResult();
            hold.Wait(TimeSpan.FromSeconds(10));
        };
        var create = _stand.CreateAsync();
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(await _stand.StatusAsync("ps_1"), Is.Not.Null, "the bank has done it and serves others");
        Assert.That(await _stand.StatusAsync("ps_1"), Is.Not.Null, "an answer on its way would have come by now");
        Assert.That(create.IsCompleted, Is.False);
        hold.Set();
        Assert.That(await create, Is.EqualTo("ps_1"));
    }

    [Test]
    public async Task A_listener_hears_of_a_payment_before_the_webhook_is_sent()
    {
        using var hold = new ManualResetEventSlim();
        var settled = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _stand.Bank.Events.Happened += happened =>
        {
            if (happened.Kind != BankEventKind.Settled)
                return;
            settled.TrySetResult(happened.SessionId!);
            hold.Wait(TimeSpan.FromSeconds(10));
        };
        await _stand.InitCardAsync();
        var id = await settled.Task.WaitAsync(TimeSpan.FromSeconds(10));
        for (var i = 0; i < 5; i++)
            Assert.That((await _stand.StatusAsync(id, _stand.Automatic)).Status, Is.EqualTo(SessionStatus.Accepted));
        Assert.That(_stand.Partner.All, Is.Empty);
        hold.Set();
        await _stand.Partner.WaitAsync(WebhookType.PaymentFinished);
    }

    [Test]
    public async Task The_story_of_a_payout_is_told_in_order_and_counted()
    {
        var ready = await _stand.ReadyAsync();
        await _stand.ConfirmAsync(ready.Id, ready.ConfirmInformation);
        await _stand.Bank.Events.WaitForAsync(
            e => e is { Kind: BankEventKind.WebhookAnswered, WebhookType: WebhookType.PaymentFinished },
            TimeSpan.FromSeconds(10),
            default
        );
        var acts = _stand.Bank.Events.After().Where(e => e.Kind != BankEventKind.StatusAsked).ToList();
        Assert.That(
            acts.Select(e => e.Kind)
                .Where(k => k is not (BankEventKind.WebhookAnswered or BankEventKind.WebhookSending)),
            Is.EqualTo(
                new[] { BankEventKind.Created, BankEventKind.Started, BankEventKind.Confirmed, BankEventKind.Settled }
            )
        );
        Assert.That(acts.Select(e => e.Number), Is.Ordered.And.Unique);
        Assert.That(_stand.Bank.Events.Count(BankEventKind.WebhookSending), Is.EqualTo(2));
    }

    [Test]
    public void Waiting_for_what_does_not_happen_ends()
    {
        var nothing = TimeSpan.FromMilliseconds(1);
        Assert.ThrowsAsync<TimeoutException>(() => _stand.Bank.Events.WaitForAsync(_ => false, nothing, default));
        Assert.CatchAsync<OperationCanceledException>(() =>
            _stand.Bank.Events.WaitForAsync(_ => false, TimeSpan.FromSeconds(10), new CancellationToken(true))
        );
    }

    [Test]
    public async Task A_listener_that_throws_ends_the_waiting_with_its_reason()
    {
        _stand.Bank.Events.Happened += happened =>
        {
            if (happened.Kind == BankEventKind.WebhookSending)
                throw new NotSupportedException("boom");
        };
        await _stand.InitCardAsync();
        var e = Assert.ThrowsAsync<InvalidOperationException>(() => _stand.HappenedAsync(BankEventKind.Refunded));
        Assert.That(e!.InnerException, Is.TypeOf<NotSupportedException>());
    }

    [Test]
    public async Task Refusals_are_told_with_their_code()
    {
        Assert.That(await _stand.StartPayoutAsync("ps_77"), Is.TypeOf<BankAnswer.Refused>());
        Assert.That((await _stand.HappenedAsync(BankEventKind.Refused)).Code, Is.EqualTo("invalid_request"));
    }
}
