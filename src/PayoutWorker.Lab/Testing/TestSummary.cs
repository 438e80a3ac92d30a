using System.Globalization;

namespace PayoutWorker.Lab.Testing;

/// <summary>The sum over all test projects of a run.</summary>
internal sealed record TestSummary(int Passed, int Failed, int Skipped, IReadOnlyList<TestFailure> Failures)
{
    // A crashed host tells its whole stack.
    private const int LinesShownMax = 25;

    public static readonly TestSummary Empty = new(0, 0, 0, []);

    /// <summary>A run without a single test proves nothing, so it is no success.</summary>
    public bool IsSuccess => Failed == 0 && Passed > 0;

    /// <summary>The line that others read; skipped tests are named only when there are some.</summary>
    public string Line =>
        string.Create(CultureInfo.InvariantCulture, $"{Passed} passed, {Failed} failed")
        + (Skipped > 0 ? string.Create(CultureInfo.InvariantCulture, $", {Skipped} skipped") : "");

    public static TestSummary operator +(TestSummary one, TestSummary other) =>
        new(
            one.Passed + other.Passed,
            one.Failed + other.Failed,
            one.Skipped + other.Skipped,
            [.. one.Failures, .. other.Failures]
        );

    /// <summary>A run that ended badly without a failed test to show for it counts as one.</summary>
    public TestSummary WithExitCode(int exitCode) =>
        exitCode != 0 && Failed == 0
            ? this + new TestSummary(0, 1, 0, [new("dotnet test", $"ended with {exitCode} and no failed test")])
            : this;

    /// <summary>The failures, then <see cref="Line"/> as the last line.</summary>
    public async Task WriteAsync(TextWriter output)
    {
        await output.WriteLineAsync();
        foreach (var failure in Failures)
        {
            await output.WriteLineAsync($"FAILED {failure.Name}");
            foreach (var line in failure.Message.Split('\n').Take(LinesShownMax))
                await output.WriteLineAsync($"    {line.TrimEnd()}");
        }
        if (Passed + Failed == 0)
            await output.WriteLineAsync("No test ran.");
        await output.WriteLineAsync(Line);
    }
}
