using Microsoft.Playwright;
using PayoutWorker.BrowserTests.Support;
using static Microsoft.Playwright.Assertions;

namespace PayoutWorker.BrowserTests;

/// <summary>What people do about differences from the bank's books.</summary>
internal sealed class DifferenceTests : PagesTest
{
    [Test]
    public async Task A_difference_is_taken_passed_on_noted_explained_and_opened_again()
    {
        var id = await PlantAsync("not_here");
        var page = await SignedInAsync(Operator);
        await page.GetByRole(AriaRole.Link, new() { Name = "Differences", Exact = true }).ClickAsync();
        await page.Locator($"a[href='/ops/differences/{id}']").ClickAsync();
        await Expect(page.Locator(".facts")).ToContainTextAsync("77.00");

        await page.GetByRole(AriaRole.Button, new() { Name = "Take it" }).ClickAsync();
        await Expect(page.Locator(".owner")).ToHaveTextAsync("olga");
        await page.GetByLabel("To whom").FillAsync("accounts payable");
        await page.GetByLabel("Why", new() { Exact = true }).FillAsync("it is their fee");
        await page.GetByRole(AriaRole.Button, new() { Name = "Assign" }).ClickAsync();
        await Expect(page.Locator(".owner")).ToHaveTextAsync("accounts payable");
        await page.GetByLabel("What was found out so far").FillAsync("asked the bank");
        await page.GetByRole(AriaRole.Button, new() { Name = "Note" }).ClickAsync();
        await page.GetByLabel("What explains it").FillAsync("account keeping of March");
        await page.GetByRole(AriaRole.Button, new() { Name = "Explain and close" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Explained and closed");
        await page.GetByLabel("What is wrong with the explanation").FillAsync("that was another one");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open again" }).ClickAsync();
        await Expect(page.Locator(".title .chip")).ToHaveTextAsync("open");

        await Expect(page.Locator(".notes li"))
            .ToContainTextAsync([
                "opened again: that was another one",
                "explained: account keeping of March",
                "noted: asked the bank",
                "given to accounts payable: it is their fee",
                "given to olga",
            ]);
        await Expect(page.Locator(".notes li").First).ToContainTextAsync("olga");
    }

    [Test]
    public async Task The_list_shows_open_ones_by_kind_owner_and_age_with_text_kept_as_text()
    {
        var (mine, other) = (await PlantAsync("credit_unknown"), await PlantAsync("paid_twice"));
        await ScalarAsync<int>("UPDATE payouts.difference SET owner = 'semyon' WHERE id = @mine", new { mine });
        var page = await SignedInAsync(Second);
        await page.GotoAsync("/ops/differences");
        await Expect(Row(page, mine)).ToContainTextAsync("semyon");
        await page.GetByRole(AriaRole.Link, new() { Name = "Mine" }).ClickAsync();
        await Expect(Row(page, mine)).ToHaveCountAsync(1);
        await Expect(Row(page, other)).ToHaveCountAsync(0);
        await page.GotoAsync("/ops/differences?kind=paid_twice");
        await Expect(Row(page, other)).ToHaveCountAsync(1);
        await Expect(Row(page, mine)).ToHaveCountAsync(0);
        await page.GotoAsync($"/ops/differences/{other}");
        await Expect(page.Locator("main")).ToContainTextAsync("<b>planted</b>");
    }

    [Test]
    public async Task A_viewer_looks_and_closes_nothing_and_nobody_closes_one_without_a_reason()
    {
        var id = await PlantAsync("not_there");
        var viewer = await SignedInAsync(Viewer);
        await viewer.GotoAsync($"/ops/differences/{id}");
        await Expect(viewer.Locator("main form")).ToHaveCountAsync(0);
        foreach (var action in new[] { "take", "assign", "note", "explain", "reopen" })
        {
            var refused = await PostAsync(viewer, $"/ops/differences/{id}/{action}", ("reason", "because"));
            Assert.That(refused.Status, Is.EqualTo(403), action);
        }
        var page = await SignedInAsync(Operator);
        var path = $"/ops/differences/{id}";
        await page.GotoAsync(path);
        Assert.That((await PostAsync(page, $"{path}/explain", ("reason", "  "))).Status, Is.EqualTo(400));
        Assert.That((await PostAsync(page, $"{path}/reopen", ("reason", "why"))).Status, Is.EqualTo(409));
        Assert.That((await PostAsync(page, $"{path}/close", ("reason", "why"))).Status, Is.EqualTo(404));
        Assert.That(
            await ScalarAsync<string>(
                "SELECT state || coalesce(owner, '') FROM payouts.difference WHERE id = @id",
                new { id }
            ),
            Is.EqualTo("open")
        );
        Assert.That(
            await ScalarAsync<long>(
                "SELECT count(*) FROM payouts.difference_note WHERE difference_id = @id",
                new { id }
            ),
            Is.Zero
        );
    }

    [Test]
    public async Task Payouts_of_some_days_are_downloaded_with_payees_shortened()
    {
        var key = await OrderAsync(notBefore: "1 day");
        var page = await SignedInAsync(Viewer);
        await page.GotoAsync("/ops/payouts");
        await page.GetByRole(AriaRole.Link, new() { Name = "Export…" }).ClickAsync();
        var coming = page.WaitForDownloadAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Download CSV" }).ClickAsync();
        var text = await File.ReadAllTextAsync(await (await coming).PathAsync());
        Assert.That(text, Does.StartWith("erp_key,payout_id,"));
        Assert.That(text.Split("\r\n"), Has.Some.StartsWith(key + ",").And.Some.Contains(",3500.00,RUB,"));
        Assert.That(text, Does.Contain("Petrov P.").And.Not.Contain("Petrov Petr"));
        var wrong = await page.APIRequest.GetAsync("/ops/export.csv?since=2026-13-01");
        Assert.That(wrong.Status, Is.EqualTo(400));
    }

    private static ILocator Row(IPage page, long id) =>
        page.Locator("tr", new() { Has = page.Locator($"a[href='/ops/differences/{id}']") });

    private Task<long> PlantAsync(string kind) =>
        ScalarAsync<long>(
            """
            INSERT INTO payouts.difference (account, day, kind, subject, there, text)
            VALUES ('40702810300200000013', '2026-03-02', @kind, @subject, 7700, 'money left, <b>planted</b>')
            RETURNING id
            """,
            new { kind, subject = Guid.NewGuid().ToString("N") }
        );
}
