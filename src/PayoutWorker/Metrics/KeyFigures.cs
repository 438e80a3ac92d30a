using System.Diagnostics.Metrics;
using PayoutWorker.Host.Keys.Rings;

namespace PayoutWorker.Host.Metrics;

/// <summary>How long the keys of this process last, and whether they can still be read.</summary>
internal sealed class KeyFigures : IDisposable
{
    private readonly Meter _meter = new(Figures.MeterName);

    public KeyFigures(KeyRings rings, TimeProvider time)
    {
        _meter.CreateObservableGauge(
            "payouts.keys.left",
            () =>
                rings
                    .Ends()
                    .Select(end => new Measurement<double>(
                        (end.At - time.GetUtcNow()).TotalSeconds,
                        new KeyValuePair<string, object?>("use", end.Use)
                    )),
            "s",
            "For how long there is a valid key, by use; only uses whose keys end"
        );
        _meter.CreateObservableGauge(
            "payouts.keys.unread",
            () => rings.Problems.Count,
            "{problem}",
            "What keeps the key files from being taken over; the keys known before stay in use"
        );
    }

    public void Dispose() => _meter.Dispose();
}
