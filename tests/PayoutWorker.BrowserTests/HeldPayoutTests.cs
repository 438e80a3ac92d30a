using System.Text.RegularExpressions;
using Bank131.Simulator;
using Dapper;
using Microsoft.Playwright;
using PayoutWorker.BrowserTests.Support;
using static Microsoft.Playwright.Assertions;

namespace PayoutWorker.BrowserTests;

/// <summary>What an operator does with payouts that are held, with mouse and keyboard.</summary>
internal sealed partial class HeldPayoutTests : PagesTest
{
    [Test]
    public async Task A_payout_held_before_money_is_found_released_with_a_reason_and_paid()
    {
        var key = await HeldOrderAsync();
        var page = await SignedInAsync(Operator);

        await page.GetByRole(AriaRole.Link, new() { Name = "Payouts", Exact = true }).Last.ClickAsync();
        await page.GetByRole(AriaRole.Searchbox).FillAsync(key);
        await page.GetByRole(AriaRole.Button, new() { Name = "Find" }).ClickAsync();
        await Expect(page.Locator(".explain")).ToContainTextAsync("It waits for release or cancel.");

        await page.GetByRole(AriaRole.Link, new() { Name = "Release…" }).ClickAsync();
        await page.GetByLabel("Reason").FillAsync("the branch agrees");
        await page.GetByRole(AriaRole.Button, new() { Name = "Release" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Released");

        await UntilAsync(key, "paid");
        await page.ReloadAsync();
        await Expect(page.Locator(".title .chip")).ToHaveTextAsync("paid");
        var released = page.Locator(".timeline li", new() { HasText = "released: the branch agrees" });
        await Expect(released).ToContainTextAsync("olga");
    }

    [Test]
    public async Task What_the_bank_shows_differently_is_released_neither_by_the_page_nor_by_hand()
    {
        var account = NewAccount();
        Town.Bank.Script(new PayoutScript(account) { Mismatches = [new Mismatch(MismatchField.Amount)] });
        var key = await OrderAsync(account);
        await UntilAsync(key, "held");
        var page = await SignedInAsync(Operator);
        var path = $"/ops/payouts/{await IdAsync(key)}";

        await page.GotoAsync(path);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Cancel…" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Release…" })).ToHaveCountAsync(0);
        await page.GotoAsync(path + "/release");
        await Expect(page.GetByLabel("Reason")).ToHaveCountAsync(0);

        var answer = await PostAsync(page, path + "/release", ("reason", "it looks right to me"));
        Assert.That(answer.Status, Is.EqualTo(409));
        Assert.That(await StateAsync(key), Is.EqualTo("held"));
        Assert.That(Town.Bank.Ledger.Of(account), Is.Empty);
    }

    [Test]
    public async Task A_payout_that_came_to_nothing_is_ordered_anew_once_under_a_new_key()
    {
        var account = NewAccount();
        Town.Bank.Script(new PayoutScript(account) { Outcome = Outcome.FailCheck });
        var key = await OrderAsync(account);
        await UntilAsync(key, "failed");
        var page = await SignedInAsync(Operator);
        var path = $"/ops/payouts/{await IdAsync(key)}";

        await page.GotoAsync(path);
        await page.GetByRole(AriaRole.Link, new() { Name = "Order anew…" }).ClickAsync();
        await page.GetByLabel("Reason").FillAsync("the account is open again");
        await page.GetByRole(AriaRole.Button, new() { Name = "Order anew" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(key + "-R1");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = key, Exact = true })).ToBeVisibleAsync();

        var again = await PostAsync(page, path + "/reissue", ("reason", "again"));
        Assert.That(again.Status, Is.EqualTo(409));
        Assert.That(await again.TextAsync(), Does.Contain("PW019"));
    }

    [Test]
    public async Task An_unknown_outcome_is_resolved_by_two_people_and_not_by_one()
    {
        var key = await HeldOrderAsync();
        await using (var connection = await Town.Admin.OpenConnectionAsync())
            await connection.ExecuteAsync(
                "UPDATE payouts.work SET held_kind = 'outcome_unknown', due_at = now() + interval '1 day' WHERE id = @id",
                new { id = await IdAsync(key) }
            );
        var path = $"/ops/payouts/{await IdAsync(key)}/resolve";
        var first = await SignedInAsync(Operator);
        await ResolveAsync(first, path);
        await ResolveAsync(first, path);
        Assert.That(await StateAsync(key), Is.EqualTo("held"), "the same person twice");

        await ResolveAsync(await SignedInAsync(Second), path);
        Assert.That(await StateAsync(key), Is.EqualTo("failed"));
    }

    [Test]
    public async Task A_list_is_held_after_a_look_at_how_many_and_how_much()
    {
        string[] keys =
        [
            await OrderAsync(notBefore: "1 day", amount: 777700),
            await OrderAsync(notBefore: "1 day", amount: 777700),
        ];
        var page = await SignedInAsync(Operator);
        await page.GotoAsync("/ops/payouts?state=new&from=7777&to=7777");
        await page.GetByRole(AriaRole.Link, new() { Name = "Hold…" }).ClickAsync();
        await Expect(page.Locator(".subject")).ToHaveTextAsync(Preview());
        await page.GetByLabel("Reason").FillAsync("asked by the branch");
        await page.GetByRole(AriaRole.Button, new() { Name = "Hold 2 payouts" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("2 asked");
        foreach (var key in keys)
            await UntilAsync(key, "held");
    }

    [Test]
    public async Task A_look_at_a_webhook_as_it_came_stands_in_the_history()
    {
        var key = await OrderAsync();
        await UntilAsync(key, "paid");
        var page = await SignedInAsync(Operator);
        await page.GotoAsync($"/ops/payouts/{await IdAsync(key)}");
        await page.GetByRole(AriaRole.Button, new() { Name = "as it came" }).First.ClickAsync();
        await Expect(page.Locator("pre")).ToContainTextAsync("\"session\"");
        await page.GetByRole(AriaRole.Link, new() { Name = "Back to the payout" }).ClickAsync();
        await Expect(page.Locator(".timeline li").First).ToContainTextAsync("looked at webhook");
        await Expect(page.Locator(".timeline li").First).ToContainTextAsync("olga");
    }

    private static async Task ResolveAsync(IPage page, string path)
    {
        await page.GotoAsync(path);
        await page.GetByLabel("failed:").CheckAsync();
        await page.GetByLabel("Evidence").FillAsync("letter of the bank");
        await page.GetByRole(AriaRole.Button, new() { Name = "Resolve with evidence" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToBeVisibleAsync();
    }

    [GeneratedRegex(@"2 payouts\s*15\s554\.00\s₽")]
    private static partial Regex Preview();
}
