using Bank131.Simulator;
using PayoutWorker.IntegrationTests.Support;
using PayoutWorker.Lab.Processes;

namespace PayoutWorker.IntegrationTests.Processes;

/// <summary>The worker is killed again and again, at events of the bank, over a few hundred payouts.</summary>
[NonParallelizable]
internal sealed class RestartedWorkerTests : TownFixture
{
    private static readonly (BankEventKind Kind, long Count)[] Moments =
    [
        (BankEventKind.Created, 20),
        (BankEventKind.Inited, 5),
        (BankEventKind.Started, 40),
        (BankEventKind.WebhookSending, 60),
        (BankEventKind.Confirmed, 50),
        (BankEventKind.WebhookAnswered, 100),
        (BankEventKind.Settled, 90),
    ];

    [Test]
    public async Task Nothing_is_lost_and_nothing_is_paid_twice()
    {
        var kills = 0;
        var current = Worker;
        Town.Bank.Events.Happened += happened =>
        {
            // One moment after the other; while a successor is still starting, the next one waits for it.
            if (kills >= Moments.Length || current.Process.HasExited)
                return;
            var (kind, count) = Moments[kills];
            if (happened.Kind != kind || happened.Count < count)
                return;
            kills++;
            UnixProcess.Send(current.Process.Id, Signal.Kill);
        };
        Dictionary<string, string> orders = [];
        HashSet<string> cards = [];
        for (var i = 0; i < 240; i++)
        {
            var account = NewAccount();
            orders[await OrderAsync(account)] = account;
            if (i % 8 == 0)
            {
                var card = NewCard();
                var key = await OrderCardAsync(card, 10000);
                orders[key] = card;
                cards.Add(key);
            }
        }
        using var done = new CancellationTokenSource();
        var restarts = RestartAsync();
        foreach (var (key, payee) in orders)
        {
            if (cards.Contains(key))
            {
                await WaitForCardAsync(key, payee);
                continue;
            }
            await WaitForAsync(key, "paid");
            Assert.That(Town.Bank.Ledger.Of(payee), Has.Count.EqualTo(1), key);
        }
        await done.CancelAsync();
        await restarts;
        Assert.That(kills, Is.EqualTo(Moments.Length), "every moment came");
        Assert.That(Town.Bank.Ledger.Repeated(), Is.Empty);

        async Task RestartAsync()
        {
            try
            {
                while (true)
                {
                    await current.Process.WaitForExitAsync(done.Token);
                    current = await Town.StartWorkerAsync($"worker-{kills + 1}", done.Token);
                }
            }
            catch (OperationCanceledException)
            {
                // All payouts are final.
            }
        }
    }
}
