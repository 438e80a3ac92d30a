using PayoutWorker.Lab.Processes;

namespace PayoutWorker.Lab.Browsers;

/// <summary>The browser of the page tests: the system's own, which its updates keep whole.</summary>
internal static class Chromium
{
    public const string HowToInstall =
        "chromium is not on PATH (Debian, Ubuntu: apt-get install --no-install-recommends chromium)";

    /// <summary>Headless, on a machine without a screen and perhaps as root.</summary>
    public static readonly IReadOnlyList<string> Arguments =
    [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ];

    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(10);

    /// <summary>Its path; null where there is none.</summary>
    public static string? Find() =>
        Programs.Find("chromium") ?? Programs.Find("chromium-browser") ?? Programs.Find("google-chrome");

    /// <summary>Installs it where it is missing and this may be done: as root, with apt-get.</summary>
    public static async Task EnsureAsync(bool allowInstall, TextWriter notices, CancellationToken cancellationToken)
    {
        if (Find() is not null || !allowInstall || Programs.Find("apt-get") is not { } aptGet)
            return;
        await notices.WriteLineAsync("A browser is missing: installing the package chromium with apt-get ...");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(InstallTimeout);
        foreach (
            string[] arguments in new[] { ["update"], new[] { "install", "-y", "--no-install-recommends", "chromium" } }
        )
        {
            var result = await ChildProcess.RunAsync(
                new ChildProcessOptions(aptGet, ["-o", "DPkg::Lock::Timeout=120", "-q", .. arguments])
                {
                    Environment = new Dictionary<string, string?> { ["DEBIAN_FRONTEND"] = "noninteractive" },
                    LinesKept = 30,
                },
                limit.Token
            );
            result.OrThrow();
        }
    }
}
