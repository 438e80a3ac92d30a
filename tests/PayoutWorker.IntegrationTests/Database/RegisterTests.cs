using Dapper;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>The ERP's registers: how far they are, requests for them as a whole, a look before they are paid.</summary>
internal sealed class RegisterTests : SharedDatabaseTest
{
    private const string Many = """
        INSERT INTO payouts.outbox (erp_key, method, amount, sender_account, recipient_name, recipient_account,
                                    recipient_bik, purpose, register_id)
        SELECT @register || '-' || i, 'account', 100 + i, '40702810300200000013', 'Petrov Petr',
               '4081781040000' || lpad(i::text, 7, '0'), '044525974', @purpose, @register
        FROM generate_series(1, @count) AS i
        """;

    [Test]
    public async Task A_register_shows_how_far_it_is()
    {
        await InsertAsync("R-far", 4);
        var ids = await Db.ListAsync<long>("SELECT id FROM payouts.outbox WHERE register_id = 'R-far' ORDER BY id");
        await Db.MoveAsync(ids[0], PayoutState.Paid);
        await Db.MoveAsync(ids[1], PayoutState.Rejected);
        await Db.MoveAsync(ids[2], PayoutState.Held);
        await using var erp = await Db.Erp.OpenConnectionAsync();
        var row = await erp.QuerySingleAsync<string>(
            """
            SELECT concat_ws(' ', payouts, amount, finished, percent_finished, paid, paid_amount, rejected, held,
                             by_state -> 'new' ->> 'payouts', by_state -> 'paid' ->> 'amount', first_at <= last_at)
            FROM payouts.registers WHERE register_id = 'R-far'
            """
        );
        Assert.That(row, Is.EqualTo("4 410 2 50.0 1 101 1 1 1 101 t"));
    }

    [Test]
    public async Task A_register_is_held_released_and_cancelled_a_thousand_at_a_time()
    {
        await InsertAsync("R-whole", 2500);
        var first = await Db.ScalarAsync<long>("SELECT min(id) FROM payouts.outbox WHERE register_id = 'R-whole'");
        await Db.MoveAsync(first, PayoutState.Confirming);
        Assert.That(await WholeAsync("hold"), Is.EqualTo("999 1, 1000 0, 500 0"));
        Assert.That(await FlaggedAsync("hold"), Is.EqualTo(2499));
        Assert.That(await WholeAsync("release"), Is.EqualTo("999 1, 1000 0, 500 0"));
        Assert.That(await FlaggedAsync("hold"), Is.Zero);
        Assert.That(await WholeAsync("cancel"), Is.EqualTo("999 1, 1000 0, 500 0"));
        Assert.That(await FlaggedAsync("cancel"), Is.EqualTo(2499));
    }

    [TestCase("request_register('hold', 'none', 'why')")]
    [TestCase("preflight('none')")]
    public async Task An_unknown_register_is_an_error(string call)
    {
        await using var erp = await Db.Erp.OpenConnectionAsync();
        Assert.That(Refusal(() => erp.ExecuteAsync("SELECT * FROM payouts." + call)).SqlState, Is.EqualTo("PW042"));
    }

    [Test]
    public async Task A_look_before_it_is_paid_finds_bad_rows_duplicates_and_sums()
    {
        await InsertAsync("R-before", 2, "Fee");
        await using var erp = await Db.Erp.OpenConnectionAsync();
        await using var transaction = await erp.BeginTransactionAsync();
        await erp.ExecuteAsync(
            Many,
            new
            {
                register = "R-look",
                count = 1,
                purpose = " fee",
            }
        );
        await erp.ExecuteAsync(
            "INSERT INTO payouts.outbox (erp_key, method, amount, register_id) VALUES ('bad', 'account', 5, 'R-look')"
        );
        var found = await erp.QueryAsync<string>(
            """
            SELECT concat_ws('|', finding, erp_key, subject, orders, amount, regexp_replace(detail, ' of [0-9-]+', ''))
            FROM payouts.preflight('R-look')
            """
        );
        Assert.That(
            found,
            Is.EquivalentTo(
                new[]
                {
                    "bad requisites|bad|sender_account|1|5|expected 20 digits, got nothing",
                    "likely duplicate|R-look-1|R-before-1|1|101|"
                        + "the same payee, amount and purpose as an order, which is open",
                    "sum|40702810300200000013|1|101|RUB",
                }
            )
        );
    }

    [Test]
    public async Task What_goes_beyond_the_balance_of_the_last_statement_is_said()
    {
        await InsertAsync("R-poor", 2);
        var open = await Db.ScalarAsync<long>(
            """
            SELECT sum(o.amount)::bigint FROM payouts.outbox AS o JOIN payouts.work AS w ON w.id = o.id
            WHERE o.sender_account = '40702810300200000013' AND w.state <> 'held'
            """
        );
        Assert.That(await BeyondAsync(open), Is.Null, "all of it is there");
        Assert.That(await BeyondAsync(open - 1), Is.EqualTo(1));
    }

    // As the migrator, and taken back: other tests look at registers too.
    private async Task<long?> BeyondAsync(long closing)
    {
        await using var connection = await Db.Admin.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO payouts.statement (account, day, closing)
            VALUES ('40702810300200000013', '2026-03-01', 0), ('40702810300200000013', '2026-03-02', @closing)
            """,
            new { closing }
        );
        return await connection.QuerySingleOrDefaultAsync<long?>(
            "SELECT amount FROM payouts.preflight('R-poor') WHERE finding = 'beyond the balance'"
        );
    }

    [Test]
    public async Task What_was_not_paid_is_no_duplicate()
    {
        await InsertAsync("R-failed", 1, "Once");
        var id = await Db.ScalarAsync<long>("SELECT id FROM payouts.outbox WHERE register_id = 'R-failed'");
        await InsertAsync("R-again", 1, "Once");
        const string Duplicates =
            "SELECT count(*) FROM payouts.preflight('R-again') WHERE finding = 'likely duplicate'";
        Assert.That(await Db.ScalarAsync<long>(Duplicates), Is.EqualTo(1));
        await Db.MoveAsync(id, PayoutState.Failed);
        Assert.That(await Db.ScalarAsync<long>(Duplicates), Is.Zero);
    }

    private Task InsertAsync(string register, int count, string? purpose = null) =>
        Db.ExecuteAsync(
            Many,
            new
            {
                register,
                count,
                purpose = purpose ?? register,
            }
        );

    private Task<long> FlaggedAsync(string flag) =>
        Db.ScalarAsync<long>(
            $"""
            SELECT count(*) FROM payouts.work AS w JOIN payouts.outbox AS o ON o.id = w.id
            WHERE o.register_id = 'R-whole' AND w.{flag}
            """
        );

    private async Task<string> WholeAsync(string action)
    {
        await using var erp = await Db.Erp.OpenConnectionAsync();
        List<string> counts = [];
        for (long? after = 0; after is not null; )
        {
            var (done, refused, next) = await erp.QuerySingleAsync<(long, long, long?)>(
                "SELECT * FROM payouts.request_register(@action, 'R-whole', 'why', @after)",
                new { action, after }
            );
            counts.Add($"{done} {refused}");
            after = next;
        }
        return string.Join(", ", counts);
    }
}
