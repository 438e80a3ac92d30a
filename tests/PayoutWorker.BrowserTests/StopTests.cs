using Microsoft.Playwright;
using PayoutWorker.BrowserTests.Support;
using static Microsoft.Playwright.Assertions;

namespace PayoutWorker.BrowserTests;

/// <summary>Everything is stopped from the page, and goes on again.</summary>
internal sealed class StopTests : PagesTest
{
    [Test]
    public async Task Stop_everything_keeps_new_orders_and_resume_pays_them()
    {
        var page = await SignedInAsync(Operator);
        await page.GetByRole(AriaRole.Link, new() { Name = "Stop everything" }).ClickAsync();
        await page.GetByLabel("Reason").First.FillAsync("the amounts look wrong");
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop everything" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Stopped.");

        var key = await OrderAsync();
        await page.GotoAsync($"/ops/payouts/{await IdAsync(key)}");
        await Expect(page.Locator(".explain")).ToContainTextAsync("All payouts are stopped since");
        await Expect(page.Locator(".explain")).ToContainTextAsync("by olga: the amounts look wrong");
        await page.GotoAsync("/ops");
        await Expect(page.Locator("a.notice")).ToContainTextAsync("Stopped: all payouts");

        await page.Locator("a.notice").ClickAsync();
        await page.GetByLabel("Why it may go on").FillAsync("looked at");
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume all payouts" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync("Resumed.");
        await UntilAsync(key, "paid");
    }
}
