using Bank131.Client;
using Bank131.Simulator.Tests.Support;
using Bank131.Views;

namespace Bank131.Simulator.Tests;

internal sealed class HappyPathTests
{
    private Stand _stand = null!;

    [SetUp]
    public async Task Start() => _stand = await Stand.StartAsync();

    [TearDown]
    public async Task Stop() => await _stand.DisposeAsync();

    [Test]
    public async Task An_account_payout_is_paid_once_after_its_confirm()
    {
        var id = await _stand.CreateAsync();
        await _stand.StartPayoutAsync(id);
        var ready = await _stand.Partner.WaitAsync(WebhookType.ReadyToConfirm);
        Assert.That(_stand.Bank.Ledger.Count, Is.Zero, "no money moves before the confirm");

        await _stand.ConfirmAsync(id, ready.View.Session!.ConfirmInformation);
        var finished = await _stand.Partner.WaitAsync(WebhookType.PaymentFinished);

        var entry = _stand.Bank.Ledger.All().Single();
        Assert.Multiple(() =>
        {
            Assert.That(ready.View.Session!.AwaitsConfirm);
            Assert.That(ready.View.Session!.Payouts.Single().Status, Is.EqualTo(PayoutStatus.Pending));
            Assert.That(finished.View.Session!.Status, Is.EqualTo(SessionStatus.Accepted));
            Assert.That(entry.SessionId, Is.EqualTo(id));
            Assert.That((entry.Payee, entry.Bik, entry.Sender), Is.EqualTo((Stand.Account, "044525974", Stand.Sender)));
            Assert.That((entry.Amount, entry.Currency), Is.EqualTo((350000L, "RUB")));
            Assert.That((entry.Confirms, entry.Automatic), Is.EqualTo((1, false)));
        });
    }

    [Test]
    public async Task A_card_payout_of_an_automatic_project_is_paid_by_its_init()
    {
        var answer = await _stand.InitCardAsync();
        var finished = await _stand.Partner.WaitAsync(WebhookType.PaymentFinished);

        var entry = _stand.Bank.Ledger.Of(Stand.CardNumber, 10000).Single();
        Assert.Multiple(() =>
        {
            Assert.That(answer, Is.TypeOf<BankAnswer.Accepted>());
            Assert.That(entry.Automatic);
            Assert.That(finished.View.Session!.Payouts.Single().Payee.CardLast4, Is.EqualTo("4940"));
            Assert.That(finished.View.Session!.Payouts.Single().Reference, Is.EqualTo("r-1"));
            Assert.That(_stand.Partner.All.Select(g => g.Type), Has.None.EqualTo(WebhookType.ReadyToConfirm));
        });
    }
}
