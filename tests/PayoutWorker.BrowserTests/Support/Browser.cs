using Microsoft.Playwright;
using PayoutWorker.Lab.Browsers;

// One browser for all tests; each test has a session of its own in it.
[SetUpFixture]
internal sealed class Browser
{
    private static IPlaywright? _playwright;
    private static IBrowser? _browser;

    /// <summary>Skips the test where there is no browser.</summary>
    public static IBrowser Running
    {
        get
        {
            if (_browser is null)
                Assert.Ignore(Chromium.HowToInstall);
            return _browser!;
        }
    }

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        await Chromium.EnsureAsync(Environment.IsPrivilegedProcess, TestContext.Progress, CancellationToken.None);
        if (Chromium.Find() is not { } path)
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = path,
                Headless = true,
                ChromiumSandbox = false,
                Args = Chromium.Arguments,
            }
        );
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
