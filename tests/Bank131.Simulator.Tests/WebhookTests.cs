using Bank131.Client;
using Bank131.Simulator.Tests.Support;
using Bank131.Views;

namespace Bank131.Simulator.Tests;

internal sealed class WebhookTests
{
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);
    private Stand _stand = null!;

    [SetUp]
    public async Task Start() => _stand = await Stand.StartAsync();

    [TearDown]
    public async Task Stop() => await _stand.DisposeAsync();

    [TestCase(400)]
    [TestCase(503)]
    [TestCase(302)]
    public async Task A_webhook_that_was_not_taken_comes_again_with_the_same_bytes(int status)
    {
        _stand.Partner.Answer = n => n <= 2 ? status : 200;
        await _stand.ReadyAsync();
        var third = await _stand.Partner.WaitAsync(WebhookType.ReadyToConfirm, nth: 3);
        await _stand.Bank.Events.WaitForAsync(e => e is { HttpStatus: 200, Attempt: 3 }, TenSeconds, default);
        Assert.That(_stand.Partner.All.Select(g => g.Body), Has.All.EqualTo(third.Body));
        Assert.That(_stand.Partner.All, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_partner_that_is_down_gets_its_webhook_later()
    {
        await _stand.DisposeAsync();
        var hidden = await Partner.StartAsync();
        var port = hidden.WebhookUrl;
        await hidden.DisposeAsync();
        _stand = await Stand.StartAsync(o =>
            o with
            {
                Projects = [o.Projects[0] with { WebhookUrl = port }],
                WebhookRetry = new() { StopAfter = null },
            }
        );
        await _stand.ReadyAsync();
        await _stand.Bank.Events.WaitForAsync(
            e => e is { Kind: BankEventKind.WebhookAnswered, HttpStatus: null, Attempt: 4 },
            TenSeconds,
            default
        );
    }

    [Test]
    public void Intervals_grow_to_fifteen_minutes_and_stop_at_thirty()
    {
        using var bank = new Counter { WebhookAnswer = 500 };
        bank.Ready();
        bank.Run(TimeSpan.FromHours(3));
        var times = bank.Events.Where(e => e is { Kind: BankEventKind.WebhookSending, Attempt: > 0 }).ToList();
        var gaps = times.Zip(times.Skip(1), (a, b) => (b.At - a.At).TotalSeconds).ToList();
        Assert.That(gaps, Is.EqualTo(new double[] { 5, 10, 20, 40, 80, 160, 320, 640 }));
        Assert.That(
            bank.Bank.NextDue - bank.Now,
            Is.LessThan(TimeSpan.FromHours(1)),
            "only the confirm time-out is left"
        );
    }

    [Test]
    public void Intervals_may_go_on_for_ever()
    {
        using var bank = new Counter(change: o => o with { WebhookRetry = new() { StopAfter = null } })
        {
            WebhookAnswer = null,
        };
        bank.Ready();
        bank.Run(TimeSpan.FromHours(3));
        var attempts = bank.Sent.Count;
        bank.Run(TimeSpan.FromMinutes(15));
        Assert.That(bank.Sent, Has.Count.EqualTo(attempts + 1));
    }

    [Test]
    public async Task A_lost_webhook_is_never_sent_while_others_are()
    {
        _stand.Bank.Script(new WebhookFault(WebhookFaultKind.Lost, WebhookType.ReadyToConfirm));
        var ready = await _stand.ReadyAsync();
        await _stand.ConfirmAsync(ready.Id, ready.ConfirmInformation);
        await _stand.Partner.WaitAsync(WebhookType.PaymentFinished);
        Assert.That(_stand.Partner.All, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_doubled_webhook_comes_n_times_with_the_same_bytes()
    {
        _stand.Bank.Script(new WebhookFault(WebhookFaultKind.Doubled) { Copies = 5 });
        await _stand.ReadyAsync();
        var last = await _stand.Partner.WaitAsync(WebhookType.ReadyToConfirm, nth: 5);
        Assert.That(_stand.Partner.All.Select(g => g.Body), Has.All.EqualTo(last.Body));
    }

    [Test]
    public void A_delayed_webhook_comes_after_its_delay()
    {
        using var bank = new Counter();
        bank.Bank.Script(new WebhookFault(WebhookFaultKind.Delayed) { Delay = TimeSpan.FromMinutes(10) });
        bank.Ready();
        bank.Run(TimeSpan.FromMinutes(9));
        Assert.That(bank.Sent, Is.Empty);
        bank.Run(TimeSpan.FromMinutes(2));
        Assert.That(bank.Sent, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_reordered_webhook_comes_after_the_next_one()
    {
        using var bank = new Counter();
        bank.Bank.Script(
            new WebhookFault(WebhookFaultKind.Reordered, WebhookType.ReadyToConfirm) { Delay = TimeSpan.FromHours(1) }
        );
        var id = bank.Ready();
        bank.Confirm(id);
        bank.Run(TimeSpan.FromMinutes(1));
        Assert.That(
            bank.Sent.Select(d => d.Type),
            Is.EqualTo(new[] { WebhookType.PaymentFinished, WebhookType.ReadyToConfirm })
        );
    }

    [Test]
    public void A_reordered_webhook_without_a_successor_comes_in_the_end()
    {
        using var bank = new Counter();
        bank.Bank.Script(new WebhookFault(WebhookFaultKind.Reordered) { Delay = TimeSpan.FromHours(1) });
        bank.Ready();
        bank.Run(TimeSpan.FromMinutes(61));
        Assert.That(bank.Sent, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_webhook_comes_before_the_answer_of_the_call_that_caused_it()
    {
        _stand.Bank.Script(new WebhookFault(WebhookFaultKind.BeforeAnswer));
        var id = await _stand.CreateAsync();
        var start = await _stand.StartPayoutAsync(id);
        Assert.That(_stand.Partner.All.Select(g => g.Type), Is.EqualTo(new[] { WebhookType.ReadyToConfirm }));
        Assert.That(((BankAnswer.Accepted)start).Session.AwaitsConfirm, Is.False, "the answer is the older view");

        await _stand.ConfirmAsync(id, _stand.Partner.All[0].View.Session!.ConfirmInformation);
        Assert.That(_stand.Partner.All.Select(g => g.Type), Has.One.EqualTo(WebhookType.PaymentFinished));
        Assert.That(_stand.Bank.Ledger.Count, Is.EqualTo(1));

        await _stand.InitCardAsync();
        Assert.That(_stand.Partner.All, Has.Count.EqualTo(3));
        Assert.That(_stand.Bank.Ledger.Count, Is.EqualTo(2));
    }

    [Test]
    public async Task A_forged_success_comes_first_and_once_under_a_bad_signature()
    {
        _stand.Bank.Script(new WebhookFault(WebhookFaultKind.Forged, WebhookType.ReadyToConfirm));
        await _stand.ReadyAsync();
        await _stand.Partner.WaitAsync(WebhookType.ReadyToConfirm);
        var forged = await _stand.Partner.WaitAsync(g => g.KeyId is null);
        await _stand.HappenedAsync(BankEventKind.WebhookAnswered, "forged");
        Assert.That(forged.Type, Is.EqualTo(WebhookType.PaymentFinished));
        Assert.That(forged.View.Session!.Payouts.Single().Status, Is.EqualTo(PayoutStatus.Succeeded));
        Assert.That(_stand.Bank.Ledger.Count, Is.Zero);
        Assert.That(_stand.Partner.All.Count(g => g.KeyId is null), Is.EqualTo(1));
    }

    [Test]
    public async Task A_type_that_nobody_knows_comes_well_signed()
    {
        _stand.Bank.Script(new WebhookFault(WebhookFaultKind.UnknownType));
        var ready = await _stand.ReadyAsync();
        var unheard = await _stand.Partner.WaitAsync(WebhookType.Unheard);
        Assert.That((unheard.SessionId, unheard.KeyId), Is.EqualTo((ready.Id, "current")));
        await _stand.Partner.WaitAsync(WebhookType.ReadyToConfirm);
    }

    [Test]
    public async Task Faults_of_webhooks_may_belong_to_one_payee()
    {
        _stand.Bank.Script(new PayoutScript(Stand.Account) { WebhookFaults = [new(WebhookFaultKind.Lost)] });
        await _stand.ReadyAsync();
        var other = await _stand.ReadyAsync("40817810400003869536");
        var got = await _stand.Partner.WaitAsync(WebhookType.ReadyToConfirm);
        Assert.That(got.SessionId, Is.EqualTo(other.Id));
    }
}
