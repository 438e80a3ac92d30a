using PayoutWorker.Lab.Processes;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.IntegrationTests.Flows;

/// <summary>Both sides change their keys while payouts flow: no call is refused, no webhook, and nothing restarts.</summary>
internal sealed class PlannedRotationTests : KeyTown
{
    // Full timeouts: with short ones a machine that stands still for a second has calls sent twice and refused for it.
    protected override TownOptions Options => base.Options with { Scale = 1 };

    [Test]
    public async Task Both_sides_change_their_keys_under_a_running_worker_and_no_call_fails()
    {
        List<string> accounts = [];
        var process = Worker.Process.Id;
        await OrderSomeAsync(accounts);
        await AddOurNextKeyAsync();
        await OrderSomeAsync(accounts);
        // What the old key signed has been answered before the bank forgets it.
        await AllPaidAsync(accounts);
        Town.Bank.UseNextPartnerKeys();
        await OrderSomeAsync(accounts);

        await AddBanksNextKeyAsync();
        await OrderSomeAsync(accounts);
        Town.Bank.UseNextBankKey();
        await OrderSomeAsync(accounts);
        await AllPaidAsync(accounts);

        foreach (var account in accounts)
            PaidOnce(account, 350000);
        Assert.That(
            await ScalarAsync<string?>(
                "SELECT string_agg(c::text, E'\n') FROM payouts.bank_call AS c WHERE outcome <> 'accepted'"
            ),
            Is.Null,
            "calls that failed"
        );
        await Poll.UntilAsync(
            "a webhook under the bank's new key",
            async _ =>
                await ScalarAsync<long>("SELECT count(*) FROM payouts.webhook WHERE key_id = @New", new { New }) > 0,
            Patience,
            CancellationToken.None
        );
        Assert.That(
            await ScalarAsync<long>("SELECT count(*) FROM payouts.webhook WHERE key_id = 'bank-1'"),
            Is.Positive
        );
        Assert.That(await ScalarAsync<long>("SELECT count(*) FROM payouts.alarm"), Is.Zero);
        Assert.That(Worker.Process.HasExited, Is.False);
        Assert.That(Worker.Process.Id, Is.EqualTo(process));
        Assert.That(Worker.Process.Tail(2000), Has.None.Contains("Webhook refused"));

        await ABrokenFileChangesNothingAsync();
    }

    private async Task ABrokenFileChangesNothingAsync()
    {
        var (next, _) = Town.Keys.WriteNext();
        await File.WriteAllTextAsync(next, "nothing that is a key");
        await Poll.UntilAsync(
            "the alarm",
            async _ => await ScalarAsync<long>("SELECT count(*) FROM payouts.alarm WHERE kind = 'keys_not_read'") == 1,
            Patience,
            CancellationToken.None
        );
        var account = NewAccount();
        await WaitForAsync(await OrderAsync(account), "paid");
        Assert.That((int?)(await HealthAsync(CancellationToken.None))["keys_not_read"], Is.Positive);
        Assert.That((string?)(await HealthAsync(CancellationToken.None))["status"], Is.EqualTo("ready"));

        Town.Keys.WriteNext();
        await Poll.UntilAsync(
            "the good file to be read",
            async token => (int?)(await HealthAsync(token))["keys_not_read"] == 0,
            Patience,
            CancellationToken.None
        );
    }

    private async Task OrderSomeAsync(List<string> accounts)
    {
        for (var i = 0; i < 4; i++)
        {
            accounts.Add(NewAccount());
            await OrderAsync(accounts[^1]);
        }
    }

    private async Task AllPaidAsync(IEnumerable<string> accounts)
    {
        foreach (var account in accounts)
            await WaitForAsync("T-" + account, "paid");
    }
}
