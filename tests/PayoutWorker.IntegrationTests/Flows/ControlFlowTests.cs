using PayoutWorker.IntegrationTests.Support;

namespace PayoutWorker.IntegrationTests.Flows;

/// <summary>Four eyes and money limits, by the shipped worker against the simulator: what the bank's ledger says of them.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class ControlFlowTests : TownFixture
{
    private const long Large = 1_000_000;

    [OneTimeSetUp]
    public async Task SetAsync()
    {
        await ScalarAsync<long>("SELECT payouts.set_approval_rule(NULL, NULL, NULL, @Large, 'test')", new { Large });
        await ScalarAsync<long>("SELECT payouts.set_money_limit('payee_day', NULL, NULL, NULL, NULL, 1, 'test')");
    }

    [Test]
    public async Task What_nobody_has_approved_is_not_sent_while_others_are_paid()
    {
        var (large, card, small) = (NewAccount(), NewCard(), NewAccount());
        var waiting = new[] { await OrderAsync(large, Large), await OrderCardAsync(card, Large) };
        await WaitForAsync(await OrderAsync(small), "paid");
        foreach (var key in waiting)
            Assert.That((await StatusAsync(key)).State, Is.EqualTo("new"));
        Assert.That(await CallsOfAsync(waiting), Is.Zero);
        foreach (var key in waiting)
            await ApproveAsync(key);
        foreach (var key in waiting)
            await WaitForAsync(key, "paid");
        PaidOnce(large, Large);
        PaidOnce(card, Large);
    }

    [Test]
    public async Task What_was_changed_after_its_approval_is_held_with_an_alarm_and_nothing_is_at_the_bank()
    {
        var (account, thief) = (NewAccount(), NewAccount());
        var key = await OrderAsync(account, Large);
        // Approved and changed in one transaction: no worker comes between.
        await ScalarAsync<string>(
            """
            SELECT payouts.approve(@key, (SELECT content_hash FROM payouts.approvals WHERE erp_key = @key), 'test');
            SET LOCAL session_replication_role = replica;
            UPDATE payouts.outbox SET recipient_account = @thief WHERE erp_key = @key;
            """,
            new { key, thief }
        );
        var status = await WaitForAsync(key, "held");
        Assert.That(status, Has.Property("HeldKind").EqualTo("before_money").And.Property("MayPayAgain").False);
        Assert.That(status.Reason, Does.StartWith("the order is not the one that was approved"));
        Assert.That(
            await ScalarAsync<long>(
                "SELECT count(*) FROM payouts.alarm WHERE kind = 'approval_void' AND subject = @key",
                new { key }
            ),
            Is.EqualTo(1)
        );
        Assert.That(Town.Bank.Events.After().Where(e => e.Payee == account || e.Payee == thief), Is.Empty);
    }

    [Test]
    public async Task What_is_beyond_a_limit_is_held_before_money_and_paid_when_a_person_lets_it_pass()
    {
        var account = NewAccount();
        await WaitForAsync(await OrderAsync(account, 100), "paid");
        await ScalarAsync<long>(
            """
            INSERT INTO payouts.outbox (erp_key, method, flow, amount, sender_account, recipient_name, recipient_account,
                                        recipient_bik, purpose, created_by)
            SELECT erp_key || '-' || n, method, n, amount, sender_account, recipient_name, recipient_account,
                   recipient_bik, purpose, created_by
            FROM payouts.outbox, unnest(ARRAY['two_step', 'single_request']) AS n WHERE recipient_account = @account
            """,
            new { account }
        );
        var keys = new[] { $"T-{account}-two_step", $"T-{account}-single_request" };
        foreach (var key in keys)
            Assert.That((await WaitForAsync(key, "held")).HeldKind, Is.EqualTo("before_money"));
        PaidOnce(account, 100);
        foreach (var key in keys)
            await ScalarAsync<string>("SELECT payouts.request_release(@key, 'the branch agrees')", new { key });
        foreach (var key in keys)
            await WaitForAsync(key, "paid");
        Assert.That(Town.Bank.Ledger.Of(account), Has.Count.EqualTo(3));
        Assert.That(
            await ScalarAsync<long>("SELECT count(*) FROM payouts.alarm WHERE kind = 'money_limit'"),
            Is.EqualTo(1)
        );
    }

    private Task<string> ApproveAsync(string key) =>
        ScalarAsync<string>(
            "SELECT payouts.approve(@key, (SELECT content_hash FROM payouts.approvals WHERE erp_key = @key), 'test')",
            new { key }
        );

    private Task<long> CallsOfAsync(string[] keys) =>
        ScalarAsync<long>(
            """
            SELECT count(*) FROM payouts.bank_call AS c JOIN payouts.outbox AS o ON o.id = c.payout_id
            WHERE o.erp_key = ANY (@keys)
            """,
            new { keys }
        );
}
