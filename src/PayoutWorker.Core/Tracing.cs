using System.Diagnostics;

namespace PayoutWorker;

/// <summary>Spans of drives and of calls to the bank; without a listener they cost nothing. No personal data in tags.</summary>
internal static class Tracing
{
    public const string SourceName = "PayoutWorker";

    public static readonly ActivitySource Source = new(SourceName);

    public static Activity? Drive(long payoutId) => Source.StartActivity("drive")?.SetTag("payout.id", payoutId);

    public static Activity? Call(string project, string path) =>
        Source
            .StartActivity("bank call", ActivityKind.Client)
            ?.SetTag("bank.project", project)
            .SetTag("bank.path", path);
}
