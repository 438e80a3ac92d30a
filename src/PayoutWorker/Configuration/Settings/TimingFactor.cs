namespace PayoutWorker.Host.Configuration.Settings;

/// <summary>Section <c>Timings</c>, beside the durations of Decisions/Timings.</summary>
internal sealed class TimingFactor
{
    /// <summary>All durations are multiplied by it; the live bank refuses any other than 1.</summary>
    public double Scale { get; init; } = 1;
}
