using Microsoft.Extensions.Logging;

namespace PayoutWorker.HangfireScheduling;

/// <summary>All log messages of this assembly, with ids that stay (docs/telemetry.md). The same with and without Hangfire.</summary>
internal static partial class Log
{
    [LoggerMessage(
        3001,
        LogLevel.Information,
        "Hangfire runs the jobs of worker {Name}; the built-in scheduler is the net"
    )]
    public static partial void HangfireRuns(this ILogger logger, string name);

    [LoggerMessage(3002, LogLevel.Error, "{Problem}. The built-in scheduler runs all jobs until Hangfire can be used")]
    public static partial void HangfireLost(this ILogger logger, string problem);

    [LoggerMessage(3003, LogLevel.Error, "Hangfire could not be started")]
    public static partial void HangfireNotStarted(this ILogger logger, Exception error);

    [LoggerMessage(3004, LogLevel.Warning, "Hangfire did not take a job; payouts do not depend on it")]
    public static partial void NotQueued(this ILogger logger, Exception error);

    [LoggerMessage(3005, LogLevel.Warning, "What is due could not be looked at")]
    public static partial void LookFailed(this ILogger logger, Exception error);

    [LoggerMessage(3006, LogLevel.Warning, "The alarm about Hangfire's tables could not be written yet")]
    public static partial void AlarmNotRaised(this ILogger logger, Exception error);

    [LoggerMessage(3007, LogLevel.Warning, "Figures for the dashboard could not be read")]
    public static partial void FiguresNotRead(this ILogger logger, Exception error);

    [LoggerMessage(3008, LogLevel.Error, "Hangfire's job {Job} failed")]
    public static partial void HangfireJobFailed(this ILogger logger, Exception error, string job);
}
