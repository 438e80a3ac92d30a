using Bank131.Client;
using Bank131.Simulator.Tests.Support;
using Bank131.Views;

namespace Bank131.Simulator.Tests;

/// <summary>The statements are the ledger's, in the words of the page.</summary>
internal sealed class StatementTests
{
    private const long Opening = 1_000_000_000_000;

    [Test]
    public async Task A_payout_its_fee_and_its_return_are_booked_as_lines_of_their_own()
    {
        await using var stand = await Stand.StartAsync(options => options with { Statements = new() { Fee = 3500 } });
        stand.Bank.Script(new PayoutScript(Stand.Account) { Returns = [new ReturnScript(TimeSpan.FromSeconds(1))] });
        await PayAsync(stand);
        await stand.HappenedAsync(BankEventKind.Refunded);
        var payout = stand.Bank.Ledger.All()[0].PayoutId;
        var statement = await StatementAsync(stand);
        Assert.That(
            statement.Lines.Select(line => (line.Side, line.Amount, line.PaymentId)),
            Is.EqualTo(
                new[]
                {
                    (StatementSide.Debit, (long?)350000, payout),
                    (StatementSide.Debit, 3500, payout),
                    (StatementSide.Credit, 350000, payout),
                }
            )
        );
        Assert.That(
            (statement.Opening, statement.Closing, statement.AddsUp),
            Is.EqualTo(((long?)Opening, (long?)(Opening - 3500), true))
        );
        Assert.That(statement.Lines[0], Has.Property("OtherAccount").EqualTo(Stand.Account));
        Assert.That(statement.Lines[2], Has.Property("OtherAccount").EqualTo(Stand.Account));
    }

    [Test]
    public async Task Every_reading_of_the_page_says_the_same()
    {
        foreach (var signs in new[] { StatementSigns.Signed, StatementSigns.Word, StatementSigns.None })
        foreach (var amounts in Enum.GetValues<StatementAmounts>())
        foreach (var outside in new[] { false, true })
        {
            var policies = new StatementPolicies
            {
                Signs = signs,
                Amounts = amounts,
                TotalsOutside = outside,
                Ids = outside ? StatementIds.Own : StatementIds.None,
            };
            await using var stand = await Stand.StartAsync(options => options with { Statements = policies });
            await PayAsync(stand);
            var line = (await StatementAsync(stand)).Lines.Single();
            Assert.That((line.Side, line.Amount), Is.EqualTo((StatementSide.Debit, (long?)350000)), $"{policies}");
            Assert.That(line.PaymentId, outside ? Does.StartWith("b") : Is.Null);
        }
    }

    [Test]
    public async Task Cards_are_booked_on_the_account_of_their_project_with_their_last_digits()
    {
        await using var stand = await Stand.StartAsync(options =>
            options with
            {
                Projects = [.. options.Projects.Select(project => project with { CardsAccount = Stand.Sender })],
                Statements = new() { Fee = 100, ShowsMetadata = true },
            }
        );
        await stand.InitCardAsync();
        await stand.HappenedAsync(BankEventKind.Settled);
        var line = (await StatementAsync(stand)).Lines.Single();
        Assert.That((line.CardLast4, line.OtherAccount, line.Reference), Is.EqualTo(("4940", (string?)null, "r-1")));
    }

    [Test]
    public async Task What_is_planted_is_what_is_shown()
    {
        await using var stand = await Stand.StartAsync();
        await PayAsync(stand);
        stand.Bank.Script(new StatementFault(StatementFaultKind.OtherAmount, Stand.Account) { Amount = 100 });
        stand.Bank.Script(new StatementFault(StatementFaultKind.DoubledLine, Stand.Account));
        stand.Bank.Script(new StatementFault(StatementFaultKind.ExtraLine) { Account = Stand.Sender, Amount = 7 });
        var planted = await StatementAsync(stand);
        Assert.That(planted.Lines.Select(line => line.Amount), Is.EqualTo(new long?[] { 350100, 350100, 7 }));
        Assert.That(planted.AddsUp, Is.True);

        stand.Bank.Script(new StatementFault(StatementFaultKind.CutOff) { Account = Stand.Sender });
        Assert.That((await StatementAsync(stand)).AddsUp, Is.False);

        stand.Bank.Script(new StatementFault(StatementFaultKind.MissingLine, Stand.Account));
        stand.Bank.Script(new StatementFault(StatementFaultKind.OtherDay) { Days = -1 });
        Assert.That((await StatementAsync(stand)).Lines, Is.Empty);
    }

    [Test]
    public async Task A_request_for_more_than_one_day_is_refused()
    {
        await using var stand = await Stand.StartAsync();
        var body = """{"account_number":"40702810300200000013","date_from":"2026-03-01","date_to":"2026-03-02"}"""u8;
        var answer = await stand.PostAsync("api/v1/report/account_statement", body.ToArray());
        Assert.That((answer as BankAnswer.Refused)?.Error.Code, Is.EqualTo("invalid_request"));
    }

    private static async Task PayAsync(Stand stand)
    {
        var ready = await stand.ReadyAsync();
        await stand.ConfirmAsync(ready.Id, ready.ConfirmInformation);
        await stand.HappenedAsync(BankEventKind.Settled);
    }

    // Around midnight of the bank the payment may stand on either day.
    private static async Task<StatementView> StatementAsync(Stand stand)
    {
        var settled = stand.Bank.Ledger.All()[0].SettledAt.ToOffset(TimeSpan.FromHours(3));
        var answer = await stand.Client.StatementAsync(
            stand.Manual,
            Stand.Sender,
            DateOnly.FromDateTime(settled.DateTime),
            AmountUnit.Minor,
            CancellationToken.None
        );
        return ((StatementAnswer.Given)answer).Statement;
    }
}
