namespace PayoutWorker.IntegrationTests.Proof;

/// <summary>The worker's clock and the bank's; it moves with the database's.</summary>
internal sealed class BenchTime : TimeProvider
{
    public DateTimeOffset Now { get; private set; } = new(2026, 1, 12, 9, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => Now.UtcTicks;

    public void Pass(TimeSpan time) => Now += time;
}
