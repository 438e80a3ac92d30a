using Dapper;
using PayoutWorker.Lab.Processes;

namespace PayoutWorker.IntegrationTests.Flows;

/// <summary>The bank changes a key before anybody here knew: all waits, nothing is lost, and nothing is paid twice.</summary>
internal sealed class SurpriseRotationTests : KeyTown
{
    [Test, Order(1)]
    public async Task Webhooks_under_an_unknown_key_are_refused_and_come_again_once_the_key_is_known()
    {
        Town.Bank.UseNextBankKey();
        var account = NewAccount();
        await OrderAsync(account);
        await Poll.UntilAsync(
            "a webhook to be refused",
            () => Worker.Process.Tail(2000).Any(line => line.Contains("Webhook refused", StringComparison.Ordinal)),
            Patience,
            CancellationToken.None
        );
        Assert.That(await ScalarAsync<long>("SELECT count(*) FROM payouts.webhook"), Is.Zero, "nothing is believed");

        await AddBanksNextKeyAsync();
        await WaitForAsync("T-" + account, "paid");
        PaidOnce(account, 350000);
        await Poll.UntilAsync(
            "the refused webhooks to come again",
            async _ =>
                await ScalarAsync<long>(
                    "SELECT count(*) FROM payouts.webhook WHERE key_id = @New AND outcome IS NOT NULL",
                    new { New }
                ) > 0,
            Patience,
            CancellationToken.None
        );
    }

    [Test, Order(2)]
    public async Task A_bank_that_forgot_our_key_stops_the_project_and_the_next_key_pays_what_waited()
    {
        Town.Bank.UseNextPartnerKeys();
        var account = NewAccount();
        var key = await OrderAsync(account);
        await Poll.UntilAsync(
            "the project to be stopped",
            async _ =>
                await ScalarAsync<long>(
                    "SELECT count(*) FROM payouts.switch WHERE scope = 'project' AND resumed_at IS NULL"
                ) == 1,
            Patience,
            CancellationToken.None
        );
        NeverPaid(account);

        await AddOurNextKeyAsync();
        await using (var connection = await Town.Admin.OpenConnectionAsync())
            await connection.ExecuteAsync("SELECT payouts.resume('project', 'accounts', 'the new key is in')");
        await WaitForAsync(key, "paid");
        PaidOnce(account, 350000);
    }
}
