namespace PayoutWorker.Host.Configuration.Settings;

/// <summary>Section <c>Log</c>.</summary>
internal sealed class LogSettings
{
    public LogFormat Format { get; set; } = LogFormat.Json;

    public LogLevel Level { get; init; } = LogLevel.Information;

    /// <summary>Level by category, e.g. <c>PayoutWorker.Driving: Debug</c>.</summary>
    public IReadOnlyDictionary<string, LogLevel> Levels { get; init; } = new Dictionary<string, LogLevel>();
}

internal enum LogFormat
{
    Json,
    Simple,
}
