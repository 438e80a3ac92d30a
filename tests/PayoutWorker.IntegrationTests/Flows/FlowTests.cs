using Bank131.Simulator;
using Dapper;
using PayoutWorker.IntegrationTests.Support;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.IntegrationTests.Flows;

/// <summary>Both flows of the bank's pages, by the shipped worker against the simulator.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class FlowTests : TownFixture
{
    [Test]
    public async Task An_account_payout_goes_through_all_its_states_and_is_paid()
    {
        var account = NewAccount();
        var key = await OrderAsync(account);
        var status = await WaitForAsync(key, "paid");
        PaidOnce(account, 350000);
        Assert.That(status.SessionId, Does.StartWith("ps_"));
        Assert.That(
            (await HistoryAsync(key)).Select(line => line.Split(": ")[1]),
            Is.SupersetOf(
                new[] { "new to creating", "creating to starting", "ready to confirming", "confirmed to paid" }
            )
        );
    }

    [Test]
    public async Task An_account_payout_in_one_request_is_paid_after_our_confirm()
    {
        var account = NewAccount();
        var key = await OrderAsync(account, flow: "single_request");
        await WaitForAsync(key, "paid");
        PaidOnce(account, 350000);
        Assert.That(Town.Bank.Ledger.Of(account)[0], Has.Property("Confirms").EqualTo(1));
        Assert.That(await HistoryAsync(key), Has.Some.Contains("new to initiating"));
    }

    [Test]
    public async Task A_card_is_paid_where_the_bank_confirms_by_itself()
    {
        var card = NewCard();
        var key = await OrderCardAsync(card);
        await WaitForAsync(key, "paid");
        PaidOnce(card, 10000);
        Assert.That(Town.Bank.Ledger.Of(card)[0], Has.Property("Automatic").True);
        Assert.That(
            await ScalarAsync<bool>("SELECT sealed_card IS NULL FROM payouts.outbox WHERE erp_key = @key", new { key }),
            "the sealed number is erased at the end"
        );
    }

    [Test]
    public async Task A_card_is_paid_after_our_confirm_where_the_bank_waits_for_it()
    {
        var card = NewCard();
        await WaitForAsync(await OrderCardAsync(card, sender: Town.CheckedCardsSender), "paid");
        PaidOnce(card, 10000);
        Assert.That(Town.Bank.Ledger.Of(card)[0], Has.Property("Automatic").False.And.Property("Confirms").EqualTo(1));
    }

    [Test]
    public async Task A_card_sealed_for_another_order_is_rejected_and_never_sent()
    {
        var card = NewCard();
        await using var connection = await Town.Erp.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO payouts.outbox (erp_key, method, amount, recipient_name, sealed_card, card_last4)
            VALUES ('T-swapped', 'card', 10000, 'Petrov Petr', @sealed, @last4)
            """,
            new { @sealed = Town.Keys.Seal(card, "another key"), last4 = card[^4..] }
        );
        var status = await WaitForAsync("T-swapped", "rejected");
        Assert.That(status.Reason, Is.EqualTo("sealed_card: was sealed for another erp_key"));
        Assert.That(status.MayPayAgain);
        NeverPaid(card);
    }

    [Test]
    public async Task A_refused_start_is_failed_with_the_bank_s_code()
    {
        var account = NewAccount();
        Town.Bank.Script(new PayoutScript(account) { Outcome = Outcome.RefuseStart, Code = "account_not_found" });
        var status = await WaitForAsync(await OrderAsync(account), "failed");
        Assert.That(status, Has.Property("ErrorCode").EqualTo("account_not_found").And.Property("MayPayAgain").True);
        NeverPaid(account);
    }

    [Test]
    public async Task A_failure_after_confirm_is_failed_with_the_bank_s_code()
    {
        var account = NewAccount();
        Town.Bank.Script(new PayoutScript(account) { Outcome = Outcome.FailAfterConfirm, Code = "account_not_found" });
        var status = await WaitForAsync(await OrderAsync(account), "failed");
        Assert.That(status, Has.Property("ErrorCode").EqualTo("account_not_found").And.Property("MayPayAgain").True);
        NeverPaid(account);
    }

    [Test]
    public async Task An_echo_of_another_payee_is_held_and_never_confirmed()
    {
        var account = NewAccount();
        Town.Bank.Script(new PayoutScript(account) { Mismatches = [new Mismatch(MismatchField.Account)] });
        var key = await OrderAsync(account);
        var status = await WaitForAsync(key, "held");
        Assert.That(status.HeldKind, Is.EqualTo("mismatch"));
        Assert.That(Town.Bank.Ledger.All().Where(entry => entry.SessionId == status.SessionId), Is.Empty);
        await AskAsync("request_cancel", key);
        Assert.That(await WaitForAsync(key, "cancelled"), Has.Property("MayPayAgain").True);
    }

    [Test]
    public async Task An_error_that_resolves_is_waited_for()
    {
        var account = NewAccount();
        Town.Bank.Script(
            new PayoutScript(account)
            {
                Outcome = Outcome.Error,
                ResolvesAfter = TimeSpan.FromMinutes(2),
                ResolvesPaid = true,
                ErrorShowsFailed = true,
            }
        );
        await WaitForAsync(await OrderAsync(account), "paid");
        PaidOnce(account, 350000);
    }

    [Test]
    public async Task A_returned_payment_is_found_by_its_webhook_and_without_it()
    {
        var (told, untold) = (NewAccount(), NewAccount());
        var back = new ReturnScript(TimeSpan.FromSeconds(30));
        Town.Bank.Script(new PayoutScript(told) { Returns = [back] });
        Town.Bank.Script(
            new PayoutScript(untold)
            {
                Returns = [back],
                WebhookFaults = [new WebhookFault(WebhookFaultKind.Lost, "payment_refunded")],
            }
        );
        await WaitForAsync(await OrderAsync(told), "returned");
        var key = await OrderAsync(untold);
        await WaitForAsync(key, "paid");
        // The day of the next look comes early here: days do not pass in a test.
        await ScalarAsync<int>("UPDATE payouts.return_watch SET next_at = now()");
        await Town.Bank.Events.WaitForAsync(
            e => e.Kind == BankEventKind.Refunded && e.Payee == untold,
            Patience,
            default
        );
        await ScalarAsync<int>("UPDATE payouts.return_watch SET next_at = now()");
        var status = await StatusAsync(key);
        Assert.That(status.State, Is.AnyOf("paid", "returned"));
    }

    [Test]
    public async Task A_cancel_before_the_confirm_is_carried_out_at_the_bank()
    {
        var account = NewAccount();
        Town.Bank.Script(new PayoutScript(account) { CheckDelay = TimeSpan.FromSeconds(60) });
        var key = await OrderAsync(account);
        await WaitForAsync(key, "started");
        await AskAsync("request_cancel", key);
        var status = await WaitForAsync(key, "cancelled");
        Assert.That(status.MayPayAgain);
        NeverPaid(account);
    }

    [Test]
    public async Task Wrong_requisites_are_rejected_with_the_reason_and_delay_nobody()
    {
        var (good, bad) = (NewAccount(), NewAccount());
        var badKey = await OrderAsync(bad, bik: "04452");
        await WaitForAsync(await OrderAsync(good), "paid");
        var status = await WaitForAsync(badKey, "rejected");
        Assert.That(status.Reason, Is.EqualTo("recipient_bik: expected 9 digits, got 5"));
        NeverPaid(bad);
    }

    private async Task AskAsync(string function, string key)
    {
        await using var connection = await Town.Erp.OpenConnectionAsync();
        await connection.ExecuteAsync($"SELECT payouts.{function}(@key, 'test')", new { key });
    }
}
