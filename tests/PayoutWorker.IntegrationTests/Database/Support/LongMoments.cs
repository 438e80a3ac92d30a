namespace PayoutWorker.IntegrationTests.Database.Support;

/// <summary>Between two readings a moment has passed: after one look all the way come short ones for five seconds.</summary>
internal sealed class LongMoments : TimeProvider
{
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => (_now += TimeSpan.FromSeconds(0.3)).Ticks;

    public void Pass(TimeSpan time) => _now += time;
}
