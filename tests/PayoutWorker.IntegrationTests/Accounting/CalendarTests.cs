using Dapper;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Lab;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Accounting;

/// <summary>When money is expected: the banking calendar, the cut-off, and what is not known.</summary>
internal sealed class CalendarTests : SharedDatabaseTest
{
    private const string Assumed = "the cut-off at 17:00 is assumed";

    // What is handed over in Moscow time, and the days from which and by which it is at the payee.
    [TestCase("2026-03-11 10:00", "2026-03-11", "2026-03-16", TestName = "{m}: a Wednesday, over a weekend")]
    [TestCase("2026-03-13 16:59:59.999", "2026-03-13", "2026-03-18", TestName = "{m}: a Friday before the cut-off")]
    [TestCase("2026-03-13 17:00", "2026-03-16", "2026-03-19", TestName = "{m}: a Friday at the cut-off")]
    [TestCase("2026-03-14 09:00", "2026-03-16", "2026-03-19", TestName = "{m}: a Saturday")]
    [TestCase("2026-03-08 12:00", "2026-03-10", "2026-03-13", TestName = "{m}: a holiday on a Sunday, off on Monday")]
    [TestCase("2025-12-30 17:30", "2026-01-12", "2026-01-15", TestName = "{m}: before the New Year, after the cut-off")]
    [TestCase("2025-12-30 12:00", "2025-12-30", "2026-01-14", TestName = "{m}: over the New Year")]
    [TestCase("2025-11-01 11:00", "2025-11-01", "2025-11-07", TestName = "{m}: a Saturday that is worked")]
    [TestCase("2025-10-31 18:00", "2025-11-01", "2025-11-07", TestName = "{m}: the evening before it")]
    [TestCase("2025-05-07 12:00", "2025-05-07", "2025-05-14", TestName = "{m}: moved days off in May")]
    public async Task Money_moves_on_banking_days(string moscow, string from, string by)
    {
        var expected = await ExpectedAsync(moscow, "account", false);
        Assert.That(expected, Is.EqualTo(new Expected(Day(from), Day(by), Assumed)));
    }

    [TestCase("account", true)]
    [TestCase("card", false)]
    public async Task What_is_fast_knows_no_holidays(string method, bool isFast)
    {
        var night = await ExpectedAsync("2026-01-03 23:30", method, isFast);
        Assert.That(night, Is.EqualTo(new Expected(Day("2026-01-03"), Day("2026-01-04"), null)));
    }

    [Test]
    public async Task A_year_that_is_not_decreed_says_so() =>
        Assert.That(
            (await ExpectedAsync("2027-01-08 12:00", "account", false)),
            Is.EqualTo(
                new Expected(
                    Day("2027-01-11"),
                    Day("2027-01-14"),
                    "calendar of 2027 without the days off that the government moves; " + Assumed
                )
            )
        );

    [Test]
    public async Task An_unknown_year_has_weekends_only_and_says_so() =>
        Assert.That(
            (await ExpectedAsync("2031-01-03 12:00", "account", false)),
            Is.EqualTo(
                new Expected(
                    Day("2031-01-03"),
                    Day("2031-01-08"),
                    "the calendar of 2031 is not known: only Saturdays and Sundays are taken as days off; " + Assumed
                )
            )
        );

    [Test]
    public async Task Nothing_handed_over_is_expected_on_no_day() =>
        Assert.That(await ExpectedAsync(null, "account", false), Is.EqualTo(new Expected(null, null, null)));

    [Test]
    public async Task The_shipped_file_is_what_the_migration_loaded_and_may_be_run_again()
    {
        const string Shown = """
            SELECT format('%s %s', day, is_working) FROM payouts.calendar_day
            UNION ALL SELECT format('%s %s %s', year, is_decreed, source) FROM payouts.calendar_year ORDER BY 1
            """;
        var before = await Db.ListAsync<string>(Shown);
        await using var owner = await Db.Owner.OpenConnectionAsync();
        var path = Path.Combine(RepositoryRoot.Find(), "sql/calendar/russia.sql");
        await owner.ExecuteAsync(await File.ReadAllTextAsync(path));
        Assert.That(await Db.ListAsync<string>(Shown), Is.EqualTo(before));
    }

    // The numbers of the production calendar.
    [TestCase(2025, 247)]
    [TestCase(2026, 247)]
    public async Task A_decreed_year_has_as_many_working_days_as_the_government_counts(int year, int days) =>
        Assert.That(
            await Db.ScalarAsync<long>(
                """
                SELECT count(*) FROM generate_series(make_date(@year, 1, 1), make_date(@year, 12, 31), '1 day') AS d
                WHERE payouts.is_banking_day(d::date)
                """,
                new { year }
            ),
            Is.EqualTo(days)
        );

    [Test]
    public async Task A_year_is_replaced_as_a_whole_and_a_wrong_one_is_refused()
    {
        await using var owner = await Db.Owner.OpenConnectionAsync();
        var said = await owner.ExecuteScalarAsync<string>(
            "SELECT payouts.set_calendar(2040, true, 'decree', '{2040-01-02, 2040-01-07}', '{2040-03-03}')"
        );
        Assert.That(said, Is.EqualTo("2040: 1 weekdays off, 1 weekend days worked"));
        await owner.ExecuteAsync("SELECT payouts.set_calendar(2040, false, 'law', '{2040-01-03}', '{}')");
        Assert.That(
            await Db.ListAsync<string>(
                "SELECT day || ' ' || is_working FROM payouts.calendar_day WHERE extract(year FROM day) = 2040"
            ),
            Is.EqualTo(new[] { "2040-01-03 false" })
        );
        foreach (var wrong in new[] { "'{2041-01-02}', '{}'", "'{2040-01-02}', '{2040-01-02}'" })
            Assert.That(
                Refusal(() => owner.ExecuteAsync($"SELECT payouts.set_calendar(2040, true, 'x', {wrong})")).SqlState,
                Is.EqualTo("PW060")
            );
    }

    [Test]
    public async Task The_view_says_when_for_open_payouts_and_the_value_date_for_paid_ones()
    {
        var held = await Db.PayoutAsync(PayoutState.Held);
        var confirmed = await Db.PayoutAsync(PayoutState.Confirmed);
        await Db.ExecuteAsync(
            "UPDATE payouts.bank_call SET last_sent_at = '2026-03-13 14:00 UTC' WHERE payout_id = @confirmed",
            new { confirmed }
        );
        var card = await Db.PayoutAsync(PayoutState.New, order: OrderRow.Card($"C-{Guid.NewGuid():N}"));
        var failed = await Db.PayoutAsync(PayoutState.Failed);
        var (paid, booked) = (await Db.PayoutAsync(PayoutState.Paid), await Db.PayoutAsync(PayoutState.Paid));
        await Db.ExecuteAsync(
            """
            INSERT INTO payouts.event (payout_id, at, who, from_state, to_state, why)
            SELECT id, '2026-03-12 21:30 UTC', 'w', 'confirmed', 'paid', 'said so' FROM unnest(@ids) AS id;
            INSERT INTO payouts.statement_line (account, day, key, side, amount, currency, kind, payout_id)
            VALUES ('40702810300200000013', '2026-03-16', 'k', 'debit', 350000, 'RUB', 'payout', @booked)
            """,
            new { ids = new[] { paid, booked }, booked }
        );
        var today = await Db.ScalarAsync<DateOnly>("SELECT (now() AT TIME ZONE 'Europe/Moscow')::date");

        await using var erp = await Db.Erp.OpenConnectionAsync();
        var shown = (
            await erp.QueryAsync<Shown>(
                """
                SELECT payout_id AS PayoutId, expected_from AS ExpectedFrom, expected_by AS ExpectedBy,
                       value_date AS ValueDate, value_date_from AS ValueDateFrom, remark
                FROM payouts.expected
                """
            )
        ).ToDictionary(row => row.PayoutId);

        Assert.That(shown[confirmed].ExpectedFrom, Is.EqualTo(Day("2026-03-16")), "17:00 in Moscow is the cut-off");
        Assert.That(shown[confirmed].ExpectedBy, Is.EqualTo(Day("2026-03-19")));
        Assert.That(
            (shown[held].ExpectedBy, shown[held].Remark),
            Is.EqualTo(((DateOnly?)null, "held: no day can be told before a person has decided"))
        );
        Assert.That(shown[card].ExpectedFrom, Is.EqualTo(today).Or.EqualTo(today.AddDays(1)));
        Assert.That(
            (shown[failed].ExpectedBy, shown[failed].ValueDate),
            Is.EqualTo(((DateOnly?)null, (DateOnly?)null))
        );
        Assert.That((shown[paid].ValueDate, shown[paid].ValueDateFrom), Is.EqualTo((Day("2026-03-13"), "answer")));
        Assert.That(
            (shown[booked].ValueDate, shown[booked].ValueDateFrom),
            Is.EqualTo((Day("2026-03-16"), "statement"))
        );
    }

    private async Task<Expected> ExpectedAsync(string? moscow, string method, bool isFast)
    {
        await using var erp = await Db.Erp.OpenConnectionAsync();
        return await erp.QuerySingleAsync<Expected>(
            """
            SELECT expected_from AS FromDay, expected_by AS ByDay, remark
            FROM payouts.expected_date(@moscow::timestamp AT TIME ZONE 'Europe/Moscow', @method, @isFast)
            """,
            new
            {
                moscow,
                method,
                isFast,
            }
        );
    }

    private static DateOnly Day(string text) => DateOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private sealed record Expected(DateOnly? FromDay, DateOnly? ByDay, string? Remark);

    private sealed class Shown
    {
        public long PayoutId { get; init; }
        public DateOnly? ExpectedFrom { get; init; }
        public DateOnly? ExpectedBy { get; init; }
        public DateOnly? ValueDate { get; init; }
        public string? ValueDateFrom { get; init; }
        public string? Remark { get; init; }
    }
}
