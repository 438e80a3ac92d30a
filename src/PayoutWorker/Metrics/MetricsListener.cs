using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace PayoutWorker.Host.Metrics;

/// <summary>
/// Collects what our meters, the database driver's and the runtime's report, for <c>/metrics</c>. Small on purpose: the
/// exporter of the Prometheus project for this framework is one package more to trust.
/// </summary>
internal sealed class MetricsListener : IDisposable
{
    public static readonly string[] MeterNames = [Counters.MeterName, Figures.MeterName, "Npgsql", "System.Runtime"];

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, Series> _series = new();

    public MetricsListener()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!MeterNames.Contains(instrument.Meter.Name))
                return;
            _series[instrument] = new Series(instrument);
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Record(i, value, tags));
        _listener.SetMeasurementEventCallback<int>((i, value, tags, _) => Record(i, value, tags));
        _listener.SetMeasurementEventCallback<double>(Record);
        _listener.MeasurementsCompleted = (instrument, state) => _series.TryRemove(instrument, out _);
        _listener.Start();
    }

    public string Text()
    {
        foreach (var series in _series.Values)
            series.Forget();
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var series in _series.Values.OrderBy(series => series.Name, StringComparer.Ordinal))
            series.Write(text);
        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private void Record(
        Instrument instrument,
        double value,
        ReadOnlySpan<KeyValuePair<string, object?>> tags,
        object? state = null
    )
    {
        if (_series.TryGetValue(instrument, out var series))
            series.Record(value, tags);
    }
}
