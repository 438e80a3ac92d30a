using System.Diagnostics.Metrics;
using System.Text;

namespace PayoutWorker.Host.Metrics;

/// <summary>One instrument and its values by labels.</summary>
internal sealed class Series(Instrument instrument)
{
    // A label that takes ever new values would fill the memory; what is above this is not counted.
    private const int MaxLabels = 500;

    private static readonly double[] Milliseconds =
    [
        5,
        10,
        25,
        50,
        100,
        250,
        500,
        1000,
        2500,
        5000,
        10_000,
        20_000,
        30_000,
    ];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Cell> _cells = [];
    private readonly Kind _kind = KindOf(instrument);

    private readonly double[] _bounds =
        instrument.Unit == "s" ? [.. Milliseconds.Select(ms => ms / 1000)] : Milliseconds;

    private enum Kind
    {
        Counter,
        Gauge,
        Histogram,
    }

    public string Name => PrometheusText.Name(instrument.Name, instrument.Unit, _kind == Kind.Counter);

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = PrometheusText.Labels(tags.ToArray());
        lock (_lock)
        {
            if (!_cells.TryGetValue(labels, out var cell))
            {
                if (_cells.Count >= MaxLabels)
                    return;
                _cells[labels] = cell = new Cell(_kind == Kind.Histogram ? new long[_bounds.Length] : []);
            }
            cell.Count++;
            // Observable instruments report where they stand; the others report what came on top.
            cell.Sum = instrument.IsObservable || (_kind == Kind.Gauge && !IsUpDown) ? value : cell.Sum + value;
            for (var i = 0; i < cell.Buckets.Length; i++)
                if (value <= _bounds[i])
                    cell.Buckets[i]++;
        }
    }

    /// <summary>Observed values are forgotten before each look: a state that emptied must not stay.</summary>
    public void Forget()
    {
        if (!instrument.IsObservable)
            return;
        lock (_lock)
            _cells.Clear();
    }

    public void Write(StringBuilder text)
    {
        var (name, type) = (Name, _kind.ToString().ToLowerInvariant());
        text.Append("# HELP ").Append(name).Append(' ').Append(PrometheusText.Help(instrument.Description ?? ""));
        text.Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        lock (_lock)
            foreach (var (labels, cell) in _cells.OrderBy(cell => cell.Key, StringComparer.Ordinal))
                if (_kind == Kind.Histogram)
                    WriteHistogram(text, name, labels, cell);
                else
                    Line(text, name, labels, cell.Sum);
    }

    private bool IsUpDown => instrument.GetType().Name.StartsWith("UpDownCounter", StringComparison.Ordinal);

    private void WriteHistogram(StringBuilder text, string name, string labels, Cell cell)
    {
        for (var i = 0; i < _bounds.Length; i++)
            Line(
                text,
                $"{name}_bucket",
                PrometheusText.With(labels, "le", PrometheusText.Number(_bounds[i])),
                cell.Buckets[i]
            );
        Line(text, $"{name}_bucket", PrometheusText.With(labels, "le", "+Inf"), cell.Count);
        Line(text, $"{name}_sum", labels, cell.Sum);
        Line(text, $"{name}_count", labels, cell.Count);
    }

    private static void Line(StringBuilder text, string name, string labels, double value) =>
        text.Append(name).Append(labels).Append(' ').Append(PrometheusText.Number(value)).Append('\n');

    private static Kind KindOf(Instrument instrument)
    {
        var type = instrument.GetType().Name;
        return type.StartsWith("Histogram", StringComparison.Ordinal) ? Kind.Histogram
            : type.StartsWith("Counter", StringComparison.Ordinal)
            || type.StartsWith("ObservableCounter", StringComparison.Ordinal)
                ? Kind.Counter
            : Kind.Gauge;
    }

    private sealed class Cell(long[] buckets)
    {
        public long Count { get; set; }
        public double Sum { get; set; }
        public long[] Buckets { get; } = buckets;
    }
}
