namespace PayoutWorker.Host.Configuration.Settings;

/// <summary>Section <c>Health</c>.</summary>
internal sealed class HealthSettings
{
    /// <summary>Not ready when a row has been due for longer than this and nobody took it.</summary>
    public TimeSpan OldestDueMax { get; init; } = TimeSpan.FromMinutes(10);
}
