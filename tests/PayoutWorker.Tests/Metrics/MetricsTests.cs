using System.Diagnostics.Metrics;
using PayoutWorker.Host.Metrics;

namespace PayoutWorker.Tests.Metrics;

internal sealed class MetricsTests
{
    [Test]
    public void Counters_histograms_and_gauges_are_written_as_Prometheus_reads_them()
    {
        using var listener = new MetricsListener();
        using var meter = new Meter(Figures.MeterName);
        var counter = meter.CreateCounter<long>("test.moves", "{move}", "Moves\nin two lines");
        var histogram = meter.CreateHistogram<double>("test.calls", "ms", "Calls");
        List<Measurement<int>> seen = [new(3, new KeyValuePair<string, object?>("state", "new"))];
        meter.CreateObservableGauge("test.open", () => seen, "{payout}", "Open");
        var label = new KeyValuePair<string, object?>("to", "a\"b\\c\nd");

        counter.Add(2, label);
        counter.Add(3, label);
        histogram.Record(7);
        histogram.Record(40_000);

        Assert.That(
            Ours(listener.Text()),
            Is.EqualTo(
                """
                # HELP test_calls_milliseconds Calls
                # TYPE test_calls_milliseconds histogram
                test_calls_milliseconds_bucket{le="5"} 0
                test_calls_milliseconds_bucket{le="10"} 1
                test_calls_milliseconds_bucket{le="25"} 1
                test_calls_milliseconds_bucket{le="50"} 1
                test_calls_milliseconds_bucket{le="100"} 1
                test_calls_milliseconds_bucket{le="250"} 1
                test_calls_milliseconds_bucket{le="500"} 1
                test_calls_milliseconds_bucket{le="1000"} 1
                test_calls_milliseconds_bucket{le="2500"} 1
                test_calls_milliseconds_bucket{le="5000"} 1
                test_calls_milliseconds_bucket{le="10000"} 1
                test_calls_milliseconds_bucket{le="20000"} 1
                test_calls_milliseconds_bucket{le="30000"} 1
                test_calls_milliseconds_bucket{le="+Inf"} 2
                test_calls_milliseconds_sum 40007
                test_calls_milliseconds_count 2
                # HELP test_moves_total Moves\nin two lines
                # TYPE test_moves_total counter
                test_moves_total{to="a\"b\\c\nd"} 5
                # HELP test_open Open
                # TYPE test_open gauge
                test_open{state="new"} 3

                """
            )
        );
        // A state that emptied is gone, and does not stay at its last value.
        seen.Clear();
        Assert.That(listener.Text(), Does.Not.Contain("test_open{"));
    }

    [Test]
    public void A_label_with_ever_new_values_does_not_fill_the_memory()
    {
        using var listener = new MetricsListener();
        using var meter = new Meter(Figures.MeterName);
        var counter = meter.CreateCounter<long>("test.flood");
        for (var i = 0; i < 2000; i++)
            counter.Add(1, new KeyValuePair<string, object?>("id", i));

        Assert.That(listener.Text().Split("test_flood_total{").Length - 1, Is.EqualTo(500));
    }

    [Test]
    public void Meters_of_others_are_not_listened_to()
    {
        using var listener = new MetricsListener();
        using var meter = new Meter("Somebody.Else");
        meter.CreateCounter<long>("test.other").Add(1);

        Assert.That(listener.Text(), Does.Not.Contain("test_other"));
    }

    // The database driver's meter reports too, once another test has used it.
    private static string Ours(string text) =>
        string.Concat(
            text.Split('\n').Where(line => line.Contains("test_", StringComparison.Ordinal)).Select(line => line + "\n")
        );
}
