using Microsoft.Playwright;
using PayoutWorker.BrowserTests.Support;
using static Microsoft.Playwright.Assertions;

namespace PayoutWorker.BrowserTests;

/// <summary>Who gets in, and what each may do there.</summary>
internal sealed class AccessTests : PagesTest
{
    private const string Wrong = "not the right one";

    protected override IReadOnlyDictionary<string, object> Settings =>
        new Dictionary<string, object> { ["Admin:LockAfter"] = 3 };

    [Test]
    public async Task Nobody_sees_a_page_before_the_sign_in_and_everybody_comes_back_to_it()
    {
        var page = await NewPageAsync();
        await page.GotoAsync("/ops/payouts?state=held");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Sign in");
        await FillAsync(page, Viewer.Name, Password);
        await Expect(page).ToHaveURLAsync(new Uri(Admin, "ops/payouts?state=held").ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GotoAsync("/ops/alarms");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Sign in");
    }

    [Test]
    public async Task A_viewer_sees_and_can_act_on_nothing()
    {
        var key = await HeldOrderAsync();
        var page = await SignedInAsync(Viewer);
        var path = $"/ops/payouts/{await IdAsync(key)}";
        await page.GotoAsync(path);
        await Expect(page.Locator(".explain")).ToContainTextAsync("It waits for release or cancel.");
        await Expect(page.Locator("main form, main .actions, .danger")).ToHaveCountAsync(0);
        await page.GotoAsync("/ops/switches");
        await Expect(page.Locator("main form")).ToHaveCountAsync(0);

        foreach (
            var post in new[]
            {
                $"{path}/release",
                $"{path}/webhooks/1",
                "/ops/switches/stop",
                "/ops/alarms/1",
                "/ops/gap/release",
                "/ops/bulk/cancel?state=open",
            }
        )
        {
            var answer = await PostAsync(
                page,
                post,
                ("reason", "because"),
                ("scope", "all"),
                ("shown", "9"),
                ("newest", "9")
            );
            Assert.That(answer.Status, Is.EqualTo(403), post);
        }
        Assert.That(await StateAsync(key), Is.EqualTo("held"));
        Assert.That(await ScalarAsync<long>("SELECT count(*) FROM payouts.switch"), Is.Zero);
    }

    [Test]
    public async Task Wrong_passwords_lock_a_person_out_even_with_the_right_one()
    {
        var page = await NewPageAsync();
        await page.GotoAsync("/ops/sign-in");
        for (var i = 1; i <= 3; i++)
        {
            await FillAsync(page, Second.Name, Wrong);
            await Expect(page.GetByRole(AriaRole.Alert))
                .ToContainTextAsync(i < 3 ? "The name or the password is wrong." : "Too many wrong passwords.");
        }
        await FillAsync(page, Second.Name, Password);
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Too many wrong passwords.");
        // Others are not locked out with them.
        await FillAsync(page, Viewer.Name, Password);
        await Expect(page.Locator(".who")).ToContainTextAsync(Viewer.Name);
    }

    [Test]
    public async Task A_post_without_the_forms_token_does_nothing()
    {
        var page = await SignedInAsync(Operator);
        var form = page.APIRequest.CreateFormData();
        form.Set("scope", "all");
        form.Set("reason", "a stranger's form");
        var answer = await page.APIRequest.PostAsync("/ops/switches/stop", new() { Form = form, MaxRedirects = 0 });
        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(await ScalarAsync<long>("SELECT count(*) FROM payouts.switch"), Is.Zero);
    }

    [Test]
    public async Task Pages_run_nothing_store_nothing_and_stand_in_no_frame()
    {
        var page = await SignedInAsync(Operator);
        List<string> complaints = [];
        page.Console += (_, message) => complaints.Add(message.Text);
        foreach (var path in new[] { "/ops", "/ops/payouts", "/ops/alarms", "/ops/switches", "/ops/gap" })
        {
            var answer = (await page.GotoAsync(path))!;
            Assert.That(answer.Status, Is.EqualTo(200), path);
            Assert.That(
                answer.Headers["content-security-policy"],
                Does.StartWith("default-src 'none'").And.Not.Contain("unsafe")
            );
            Assert.That(answer.Headers["content-security-policy"], Does.Contain("frame-ancestors 'none'"));
            Assert.That(answer.Headers["cache-control"], Is.EqualTo("no-store"));
            Assert.That(answer.Headers["x-content-type-options"], Is.EqualTo("nosniff"));
        }
        Assert.That(complaints, Is.Empty, "of the browser");
        var cookies = await page.Context.CookiesAsync();
        Assert.That(cookies, Has.Count.EqualTo(2));
        Assert.That(
            cookies,
            Has.All.Property("HttpOnly").True.And.All.Property("SameSite").EqualTo(SameSiteAttribute.Strict)
        );
    }
}
