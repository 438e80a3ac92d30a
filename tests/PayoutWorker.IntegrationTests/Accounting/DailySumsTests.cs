using Dapper;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Accounting;

/// <summary>Sums of each day and account, as the ERP's accountant reads them.</summary>
internal sealed class DailySumsTests : DatabaseTest
{
    [Test]
    public async Task Each_move_counts_on_its_own_Moscow_day_and_fees_come_from_the_statement()
    {
        var (paid, late, back) = (
            await PayoutAsync(PayoutState.Paid, 100_00),
            await PayoutAsync(PayoutState.Paid, 200_00),
            await PayoutAsync(PayoutState.Paid, 400_00)
        );
        await PayoutAsync(PayoutState.New, 800_00, "40702810300200000099");
        await Db.ExecuteAsync(
            """
            SET session_replication_role = replica;
            UPDATE payouts.outbox SET created_at = '2026-03-10 21:30 UTC', returned_amount = CASE id WHEN @back THEN 150_00 ELSE 0 END;
            RESET session_replication_role;
            """.Replace("150_00", "15000", StringComparison.Ordinal),
            new { back }
        );
        await EventAsync(paid, "2026-03-11 20:59 UTC", "confirmed", "paid", "said so");
        await EventAsync(late, "2026-03-11 10:00 UTC", "confirmed", "failed", "said so");
        await EventAsync(late, "2026-03-12 10:00 UTC", "failed", "paid", "statement");
        await EventAsync(back, "2026-03-11 11:00 UTC", "confirmed", "paid", "said so");
        await EventAsync(back, "2026-03-12 11:00 UTC", "paid", "paid", "50.00 RUB came back so far");
        await EventAsync(back, "2026-03-13 11:00 UTC", "paid", "paid", "150.00 RUB came back so far");
        await EventAsync(back, "2026-03-14 11:00 UTC", "paid", "paid", "looked at webhook 7 as it came");
        await Db.ExecuteAsync(
            """
            INSERT INTO payouts.statement_line (account, day, key, side, amount, currency, kind, payout_id, gone_at)
            VALUES ('40702810300200000013', '2026-03-12', 'a', 'debit', 10000, 'RUB', 'payout', @paid, NULL),
                   ('40702810300200000013', '2026-03-12', 'b', 'debit', 3500, 'RUB', 'fee', @paid, NULL),
                   ('40702810300200000013', '2026-03-12', 'c', 'debit', 3500, 'RUB', 'fee', NULL, now())
            """,
            new { paid }
        );

        await using var erp = await Db.Erp.OpenConnectionAsync();
        var sums = await erp.QueryAsync<string>(
            """
            SELECT format('%s %s: %s/%s ordered, %s/%s paid, %s/%s failed, %s/%s returned, %s/%s booked, fees %s',
                day, right(sender_account, 2), ordered, ordered_amount, paid, paid_amount, failed, failed_amount,
                returned, returned_amount, booked, booked_amount, fees)
            FROM payouts.daily_sums('2026-03-11', '2026-03-14')
            """
        );
        Assert.That(
            sums,
            Is.EqualTo(
                new[]
                {
                    "2026-03-11 13: 3/70000 ordered, 2/50000 paid, 1/20000 failed, 0/0 returned, 0/0 booked, fees 0",
                    "2026-03-11 99: 1/80000 ordered, 0/0 paid, 0/0 failed, 0/0 returned, 0/0 booked, fees 0",
                    "2026-03-12 13: 0/0 ordered, 1/20000 paid, 0/0 failed, 0/0 returned, 1/10000 booked, fees 3500",
                    "2026-03-13 13: 0/0 ordered, 0/0 paid, 0/0 failed, 1/15000 returned, 0/0 booked, fees 0",
                }
            )
        );
    }

    [TestCase("'2026-03-12', '2026-03-11'")]
    [TestCase("'2026-03-12', '2027-03-20'")]
    [TestCase("NULL, '2026-03-11'")]
    public async Task A_range_without_an_end_is_refused(string range)
    {
        await using var erp = await Db.Erp.OpenConnectionAsync();
        var sql = $"SELECT * FROM payouts.daily_sums({range})";
        Assert.That(Refusal(() => erp.ExecuteAsync(sql)).SqlState, Is.EqualTo("PW061"));
    }

    private Task<long> PayoutAsync(PayoutState state, long amount, string sender = "40702810300200000013") =>
        Db.PayoutAsync(state, order: new OrderRow($"S-{Guid.NewGuid():N}") { Amount = amount, SenderAccount = sender });

    private Task EventAsync(long id, string at, string from, string to, string why) =>
        Db.ExecuteAsync(
            """
            INSERT INTO payouts.event (payout_id, at, who, from_state, to_state, why)
            VALUES (@id, @at::timestamptz, 'w', @from, @to, @why)
            """,
            new
            {
                id,
                at,
                from,
                to,
                why,
            }
        );
}
