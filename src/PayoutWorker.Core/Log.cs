using Microsoft.Extensions.Logging;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker;

/// <summary>
/// All log messages of this assembly, with ids that stay (docs/telemetry.md). They carry payout ids, states, codes and
/// counts: no names, numbers, bodies or keys of anybody.
/// </summary>
internal static partial class Log
{
    public static void Written(this ILogger logger, Written written)
    {
        if (written is not { Before: { } before, After: { } after, Change: { } change })
            return;
        if (before.State != after.State)
            logger.Moved(after.Id, before.State.Text(), after.State.Text());
        foreach (var alarm in change.Alarms)
            logger.Alarm(alarm.Kind, after.Id);
    }

    [LoggerMessage(1001, LogLevel.Debug, "Payout {PayoutId}: {Step} ended as {Outcome} after {DurationMs} ms")]
    public static partial void Called(
        this ILogger logger,
        long payoutId,
        string step,
        string outcome,
        double durationMs
    );

    [LoggerMessage(1002, LogLevel.Information, "Payout {PayoutId}: {From} to {To}")]
    public static partial void Moved(this ILogger logger, long payoutId, string from, string to);

    [LoggerMessage(1003, LogLevel.Warning, "Alarm {Kind}, payout {PayoutId}")]
    public static partial void Alarm(this ILogger logger, string kind, long? payoutId);

    [LoggerMessage(1004, LogLevel.Error, "Payout {PayoutId}: a fact could not be written yet")]
    public static partial void FactNotWritten(this ILogger logger, Exception error, long payoutId);

    [LoggerMessage(1005, LogLevel.Error, "Payout {PayoutId}: the drive ended with an error; its lease brings it back")]
    public static partial void DriveFailed(this ILogger logger, Exception error, long payoutId);

    [LoggerMessage(1010, LogLevel.Information, "Job {Job}: {Summary}")]
    public static partial void JobDone(this ILogger logger, string job, string summary);

    [LoggerMessage(1011, LogLevel.Error, "Job {Job} failed; it is tried again")]
    public static partial void JobFailed(this ILogger logger, Exception error, string job);

    [LoggerMessage(1020, LogLevel.Warning, "Webhook refused: {Reason}")]
    public static partial void WebhookRefused(this ILogger logger, string reason);

    [LoggerMessage(1021, LogLevel.Error, "Webhook could not be stored; the bank is asked to send it again")]
    public static partial void WebhookNotStored(this ILogger logger, Exception error);

    [LoggerMessage(1030, LogLevel.Warning, "Listening for new payouts was interrupted; polling goes on meanwhile")]
    public static partial void ListenInterrupted(this ILogger logger, Exception error);

    [LoggerMessage(1040, LogLevel.Warning, "Project {Project} is paused for {Seconds} s: {Reason}")]
    public static partial void ProjectPaused(this ILogger logger, string project, double seconds, string reason);

    [LoggerMessage(
        1070,
        LogLevel.Information,
        "Statement of {Day}: {Lines} lines, {Differences} differences, {News} of them new"
    )]
    public static partial void Compared(this ILogger logger, DateOnly day, int lines, int differences, int news);

    [LoggerMessage(1071, LogLevel.Warning, "The statement of {Day} is not compared yet: {Problem}")]
    public static partial void StatementMissing(this ILogger logger, DateOnly day, string problem);

    [LoggerMessage(
        1060,
        LogLevel.Critical,
        "The database went back in time; nothing is paid until it is released: {Reason}"
    )]
    public static partial void DatabaseWentBack(this ILogger logger, string reason);

    [LoggerMessage(1080, LogLevel.Information, "Audit root of {Day}: {Root}")]
    public static partial void AuditRoot(this ILogger logger, DateOnly day, string root);

    [LoggerMessage(1050, LogLevel.Information, "Migration {Name} applied")]
    public static partial void Migrated(this ILogger logger, string name);
}
