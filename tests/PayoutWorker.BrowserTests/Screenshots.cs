using Bank131.Simulator;
using Dapper;
using Microsoft.Playwright;
using PayoutWorker.BrowserTests.Support;
using PayoutWorker.Lab;

namespace PayoutWorker.BrowserTests;

/// <summary>
/// Makes the pictures of docs/images anew, where SCREENSHOTS is set:
/// <c>SCREENSHOTS=1 ./payouts test Screenshots</c>.
/// </summary>
internal sealed class Screenshots : PagesTest
{
    private const int BytesMax = 150 * 1024;

    // A day of work behind it, as no test has the patience to make one.
    private const string Yesterday = """
        SET LOCAL session_replication_role = replica;
        INSERT INTO payouts.outbox (
            erp_key, method, amount, sender_account, recipient_name, recipient_account, recipient_bik, purpose, state,
            created_at, finished_at
        )
        SELECT
            'INV-2026-' || lpad(g::text, 5, '0'), 'account', 150000 + (g * 7919 % 9000) * 100, '40702810300200000013',
            (ARRAY['Petrov Petr', 'Ivanova Anna', 'Smirnov Oleg'])[1 + g % 3], '4081781040000' || lpad(g::text, 7, '0'),
            '044525974', 'Fee under contract 12. VAT exempt',
            CASE WHEN g % 61 = 0 THEN 'failed' WHEN g % 97 = 0 THEN 'returned' ELSE 'paid' END, t.at - interval '1 minute', t.at
        FROM generate_series(1, 4200) AS g
        CROSS JOIN LATERAL (
            SELECT now() - interval '23.8 hours' * (0.5 + 0.5 * sin(g * 0.7) * cos(g * 0.0013)) - interval '1 minute'
        ) AS t (at);
        """;

    [Test]
    public async Task Of_the_pages()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("SCREENSHOTS")))
            // It makes files of the repository anew, so it runs when asked; the other tests look at the same pages.
            Assert.Ignore("SCREENSHOTS is not set");
        var id = await PrepareAsync();
        var page = await SignedInAsync(Operator, Screen(1060, 900));
        await TakeAsync(page, "overview", "/ops");
        await TakeAsync(page, "payout", $"/ops/payouts/{id}");
        var phone = await SignedInAsync(Operator, Screen(390, 844));
        await TakeAsync(phone, "phone", "/ops");
        var dark = Screen(1060, 900);
        dark.ColorScheme = ColorScheme.Dark;
        await TakeAsync(await SignedInAsync(Operator, dark), "dark", "/ops");
    }

    private static BrowserNewContextOptions Screen(int width, int height) =>
        new()
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
        };

    private async Task<long> PrepareAsync()
    {
        await using (var connection = await Town.Admin.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await connection.ExecuteAsync(Yesterday, transaction: transaction);
            await transaction.CommitAsync();
        }
        var account = NewAccount();
        Town.Bank.Script(new PayoutScript(account) { Mismatches = [new Mismatch(MismatchField.Amount)] });
        var key = await OrderAsync(account);
        await UntilAsync(key, "held");
        await HeldOrderAsync();
        for (var i = 0; i < 6; i++)
            await UntilAsync(await OrderAsync(), "paid");
        for (var i = 0; i < 3; i++)
        {
            var slow = NewAccount();
            Town.Bank.Script(new PayoutScript(slow) { CheckDelay = TimeSpan.FromHours(10) });
            await UntilAsync(await OrderAsync(slow), "started");
            await OrderAsync(notBefore: "3 hours");
        }
        return await IdAsync(key);
    }

    private static async Task TakeAsync(IPage page, string name, string path)
    {
        await page.GotoAsync(path);
        var file = Path.Combine(RepositoryRoot.Find(), "docs", "images", name + ".png");
        var picture = await page.ScreenshotAsync(new() { Path = file, FullPage = false });
        Assert.That(picture, Has.Length.LessThan(BytesMax), name);
    }
}
