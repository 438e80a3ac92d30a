namespace PayoutWorker.Host;

/// <summary>All log messages of the host, with ids that stay (docs/telemetry.md).</summary>
internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Information, "Worker {Name} started, version {Version}, scheduler {Scheduler}")]
    public static partial void Started(this ILogger logger, string name, string version, string scheduler);

    [LoggerMessage(2002, LogLevel.Information, "{Listener} listener {Url}")]
    public static partial void Listening(this ILogger logger, string listener, string url);

    [LoggerMessage(2003, LogLevel.Information, "Configuration {Key} = {Value}")]
    public static partial void Configured(this ILogger logger, string key, string value);

    [LoggerMessage(2004, LogLevel.Warning, "Configuration {Problem}")]
    public static partial void Unwise(this ILogger logger, string problem);

    [LoggerMessage(2005, LogLevel.Information, "The jobs run on the {Scheduler} scheduler: {Why}")]
    public static partial void JobsRunOn(this ILogger logger, string scheduler, string why);

    [LoggerMessage(2006, LogLevel.Information, "Worker {Name} is stopping; calls under way are finished")]
    public static partial void Stopping(this ILogger logger, string name);

    [LoggerMessage(2007, LogLevel.Information, "Worker {Name} stopped")]
    public static partial void Stopped(this ILogger logger, string name);

    [LoggerMessage(2010, LogLevel.Warning, "The bank's error codes could not be read; those known before stay")]
    public static partial void ErrorCodesNotRead(this ILogger logger, Exception error);

    [LoggerMessage(2011, LogLevel.Information, "The bank's error codes changed: {Count} are known")]
    public static partial void ErrorCodesRead(this ILogger logger, int count);

    [LoggerMessage(2012, LogLevel.Warning, "The heartbeat could not be written")]
    public static partial void HeartbeatFailed(this ILogger logger, Exception error);

    [LoggerMessage(2013, LogLevel.Warning, "Figures for metrics could not be read from the database")]
    public static partial void FiguresNotRead(this ILogger logger, Exception error);

    [LoggerMessage(2014, LogLevel.Warning, "{Count} refused webhooks could not be told to the operators")]
    public static partial void RefusalsNotNoted(this ILogger logger, Exception error, int count);

    [LoggerMessage(2030, LogLevel.Information, "The keys of '{Use}' are others now: {Keys}")]
    public static partial void KeysChanged(this ILogger logger, string use, string keys);

    [LoggerMessage(2031, LogLevel.Error, "Keys could not be taken over; those known before stay in use: {Problem}")]
    public static partial void KeysNotRead(this ILogger logger, string problem);

    [LoggerMessage(2032, LogLevel.Warning, "The last key of '{Use}' ends at {At}; name its successor")]
    public static partial void KeysEnd(this ILogger logger, string use, DateTimeOffset at);

    [LoggerMessage(2033, LogLevel.Error, "No key of '{Use}' is valid since {At}; what needs it waits")]
    public static partial void NoKey(this ILogger logger, string use, DateTimeOffset at);

    [LoggerMessage(2034, LogLevel.Error, "The keys could not be looked at; those known before stay in use")]
    public static partial void KeysNotLookedAt(this ILogger logger, Exception error);

    [LoggerMessage(2035, LogLevel.Warning, "An alarm about keys could not be written yet")]
    public static partial void KeyAlarmNotRaised(this ILogger logger, Exception error);

    [LoggerMessage(2020, LogLevel.Information, "{User} signed in from {Address}")]
    public static partial void SignedIn(this ILogger logger, string user, string address);

    [LoggerMessage(2021, LogLevel.Warning, "Sign-in of {User} from {Address} refused: {Reason}")]
    public static partial void SignInRefused(this ILogger logger, string user, string address, string reason);

    [LoggerMessage(2022, LogLevel.Information, "{User} asked for {Action} of payout {PayoutId}")]
    public static partial void Acted(this ILogger logger, string user, string action, long payoutId);

    [LoggerMessage(2023, LogLevel.Error, "The page {Path} failed")]
    public static partial void PageFailed(this ILogger logger, string path, Exception error);

    [LoggerMessage(
        2024,
        LogLevel.Warning,
        "{User} asked for {Action} of payout {PayoutId} and was refused: {SqlState}"
    )]
    public static partial void ActRefused(
        this ILogger logger,
        string user,
        string action,
        long payoutId,
        string sqlState
    );

    [LoggerMessage(2025, LogLevel.Information, "{User} asked for {Action} of a list: {Done} done, {Refused} refused")]
    public static partial void ActedOnList(this ILogger logger, string user, string action, long done, long refused);

    [LoggerMessage(2026, LogLevel.Warning, "{User} asked for {Action} of {Scope} {Value}")]
    public static partial void Switched(this ILogger logger, string user, string action, string scope, string value);

    [LoggerMessage(2027, LogLevel.Information, "{User} exported the payouts of {Since} to {Until}")]
    public static partial void Exported(this ILogger logger, string user, string since, string until);
}
