using Bank131.Simulator;
using Dapper;
using PayoutWorker.IntegrationTests.Support;
using PayoutWorker.Lab.Processes;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.IntegrationTests.Processes;

/// <summary>
/// SIGKILL in the worst moment: the bank has done what was asked and the answer is not written yet. The successor
/// finds the row "-ing" and has to ask.
/// </summary>
[TestFixture(BankEventKind.Created, "creating")]
[TestFixture(BankEventKind.Started, "starting")]
[TestFixture(BankEventKind.Confirmed, "confirming")]
[TestFixture(BankEventKind.Inited, "initiating")]
[TestFixture(BankEventKind.Cancelled, "cancelling")]
internal sealed class KilledWorkerTests(BankEventKind moment, string state) : TownFixture
{
    private const int Payouts = 12;

    [Test]
    public async Task What_was_under_way_is_found_out_and_paid_once()
    {
        var killed = KillAt(moment, count: 4);
        List<(string Key, string Payee)> orders = [];
        for (var i = 0; i < Payouts; i++)
        {
            var payee = moment == BankEventKind.Inited ? NewCard() : NewAccount();
            if (moment == BankEventKind.Cancelled)
                Town.Bank.Script(new PayoutScript(payee) { CheckDelay = TimeSpan.FromSeconds(100) });
            orders.Add((moment == BankEventKind.Inited ? await OrderCardAsync(payee) : await OrderAsync(payee), payee));
        }
        if (moment == BankEventKind.Cancelled)
            await CancelAllStartedAsync();

        await killed.WaitAsync(Patience);
        await Worker.Process.WaitForExitAsync(CancellationToken.None);
        Assert.That(
            await ScalarAsync<long>("SELECT count(*) FROM payouts.work WHERE state = @state", new { state }),
            Is.GreaterThan(0),
            "the kill struck while a call was under way"
        );

        await Town.StartWorkerAsync("successor", CancellationToken.None);
        var final = moment == BankEventKind.Cancelled ? "cancelled" : "paid";
        foreach (var (key, payee) in orders)
        {
            if (moment == BankEventKind.Inited)
            {
                await WaitForCardAsync(key, payee);
                continue;
            }
            await WaitForAsync(key, final);
            Assert.That(Town.Bank.Ledger.Of(payee), Has.Count.EqualTo(final == "paid" ? 1 : 0), key);
        }
    }

    private Task KillAt(BankEventKind kind, int count)
    {
        var killed = new TaskCompletionSource();
        Town.Bank.Events.Happened += happened =>
        {
            if (happened.Kind != kind || happened.Count != count)
                return;
            // The bank waits for us here: the answer to this very call is never read.
            UnixProcess.Send(Worker.Process.Id, Signal.Kill);
            killed.SetResult();
        };
        return killed.Task;
    }

    private async Task CancelAllStartedAsync()
    {
        await Poll.UntilAsync(
            "all payouts to be started",
            async _ => await ScalarAsync<long>("SELECT count(*) FROM payouts.work WHERE state = 'started'") == Payouts,
            Patience,
            CancellationToken.None
        );
        await using var connection = await Town.Erp.OpenConnectionAsync();
        await connection.ExecuteAsync("SELECT payouts.request_cancel(erp_key, 'test') FROM payouts.status");
    }
}
