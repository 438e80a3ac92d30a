using Dapper;
using PayoutWorker.IntegrationTests.Support;

namespace PayoutWorker.IntegrationTests.Processes;

internal sealed class TwoWorkersTests : TownFixture
{
    private const int Payouts = 600;

    protected override int WorkerCount => 2;

    protected override Lab.Towns.TownOptions Options =>
        // Enough time for each call: a payout must not change hands because the machine is slow.
        base.Options with
        {
            Scale = 0.2,
            BankDelays = new() { Check = TimeSpan.FromMilliseconds(100), Pay = TimeSpan.FromMilliseconds(100) },
            WorkerSettings = new Dictionary<string, object> { ["Worker:MaxCalls"] = 16 },
        };

    [Test]
    public async Task Two_workers_share_the_work_and_drive_no_call_twice()
    {
        await using var connection = await Town.Erp.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO payouts.outbox (erp_key, method, amount, sender_account, recipient_name, recipient_account,
                                        recipient_bik, purpose)
            SELECT 'two-' || i, 'account', 1000 + i, @sender, 'Petrov Petr', '408178109' || lpad(i::text, 11, '0'),
                   '044525974', 'Fee. VAT exempt'
            FROM generate_series(1, @count) AS i
            """,
            new { sender = Lab.Towns.Town.Sender, count = Payouts }
        );
        await Lab.Processes.Poll.UntilAsync(
            "all payouts to be paid",
            async _ => await ScalarAsync<long>("SELECT count(*) FROM payouts.outbox WHERE state = 'paid'") == Payouts,
            Patience,
            CancellationToken.None
        );
        await using var admin = await Town.Admin.OpenConnectionAsync();
        var driven = (
            await admin.QueryAsync<(string Worker, long Count)>(
                "SELECT intended_by, count(*) FROM payouts.bank_call GROUP BY intended_by"
            )
        ).ToArray();
        Assert.That(driven.Select(worker => worker.Worker), Is.EquivalentTo(new[] { "worker-1", "worker-2" }));
        Assert.That(
            driven.Select(worker => worker.Count),
            Has.All.GreaterThan(Payouts * 3 / 5),
            "each a fifth at least"
        );
        Assert.That(await ScalarAsync<long>("SELECT count(*) FROM payouts.bank_call WHERE sends > 1"), Is.Zero);
        Assert.That(Town.Bank.Ledger.Count, Is.EqualTo(Payouts));
        Assert.That(Town.Bank.Ledger.Repeated(), Is.Empty);
    }
}
