using Bank131.Simulator;
using PayoutWorker.IntegrationTests.Support;
using PayoutWorker.Lab.Processes;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.IntegrationTests.Flows;

/// <summary>A bank that takes so many calls a second, and a worker that was told.</summary>
internal sealed class PaceTests : TownFixture
{
    // Their creates alone would take longer than the send window.
    private const int Payouts = 240;

    // Far apart, and with limits in time that are hardly scaled: a machine that stands still for seconds changes nothing.
    protected override TownOptions Options =>
        base.Options with
        {
            BankMaxCallsPerSecond = 200,
            CallsPerSecond = new Dictionary<string, double> { [Town.Accounts] = 40 },
            WorkerSettings = new Dictionary<string, object>
            {
                ["Timings:SendWindow"] = "00:01:40",
                ["Timings:HttpTimeout"] = "00:03:20",
                ["Timings:Lease"] = "00:10:00",
                ["Timings:Quarantine"] = "00:10:00",
            },
        };

    [Test]
    public async Task More_payouts_than_the_limit_are_all_paid_once_and_no_call_is_one_too_many()
    {
        var accounts = Enumerable.Range(0, Payouts).Select(_ => NewAccount()).ToArray();
        List<string> keys = [];
        foreach (var account in accounts)
            keys.Add(await OrderAsync(account));
        foreach (var key in keys)
            await WaitForAsync(key, "paid");
        foreach (var account in accounts)
            PaidOnce(account, 350000);
        Assert.That(Town.Bank.Events.Count(BankEventKind.TooMany), Is.Zero);
        Assert.That(
            await ScalarAsync<long>("SELECT count(*) FROM payouts.event WHERE why LIKE '% did not leave'"),
            Is.Zero,
            "nothing waited for its turn so long that it was not sent"
        );
    }
}

/// <summary>One project at its pace, and others.</summary>
internal sealed class ManyPacesTests : TownFixture
{
    private const int Orders = 400;

    // So slow that its orders outlast the test.
    protected override TownOptions Options =>
        base.Options with
        {
            CallsPerSecond = new Dictionary<string, double> { [Town.Accounts] = 10 },
        };

    [Test]
    public async Task A_project_at_its_limit_keeps_no_other_waiting_and_ends_what_it_began()
    {
        await ScalarAsync<long>(
            """
            INSERT INTO payouts.outbox (erp_key, method, amount, sender_account, recipient_name, recipient_account,
                                        recipient_bik, purpose)
            SELECT 'P-' || n, 'account', 350000, @Sender, 'Petrov Petr', '40817810' || lpad(n::text, 12, '0'), '044525974',
                   'Fee. VAT exempt'
            FROM generate_series(1, @Orders) AS n
            """,
            new { Sender = Town.Sender, Orders }
        );
        var cards = Enumerable.Range(0, 60).Select(_ => NewCard()).ToArray();
        List<string> keys = [];
        foreach (var card in cards)
            keys.Add(await OrderCardAsync(card));
        foreach (var key in keys)
            await WaitForAsync(key, "paid");
        await Poll.UntilAsync(
            "some of the slow project to be paid",
            async _ => await CountAsync("paid") >= 3,
            Patience,
            CancellationToken.None
        );
        Assert.That(await CountAsync("new"), Is.GreaterThan(Orders / 2), "the slow one is slow");
        Assert.That(
            await ScalarAsync<long>("SELECT count(*) FROM payouts.work WHERE state = 'ready'"),
            Is.LessThan(20),
            "what the bank waits for goes before what is new"
        );
    }

    private Task<long> CountAsync(string state) =>
        ScalarAsync<long>(
            "SELECT count(*) FROM payouts.status WHERE erp_key LIKE 'P-%' AND state = @state",
            new { state }
        );
}
