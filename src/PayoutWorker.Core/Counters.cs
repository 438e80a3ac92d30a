using System.Diagnostics.Metrics;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker;

/// <summary>All metrics of this assembly; docs/telemetry.md lists them, and a test compares.</summary>
internal sealed class Counters : IDisposable
{
    public const string MeterName = "PayoutWorker";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _moves;
    private readonly Counter<long> _webhooks;
    private readonly Counter<long> _alarms;
    private readonly Histogram<double> _calls;

    public Counters()
    {
        _moves = _meter.CreateCounter<long>("payouts.moves", "{move}", "Changes of state, by state left and reached");
        _webhooks = _meter.CreateCounter<long>(
            "payouts.webhooks",
            "{webhook}",
            "Webhooks received, by what became of them"
        );
        _alarms = _meter.CreateCounter<long>("payouts.alarms", "{alarm}", "Alarms raised, by kind");
        _calls = _meter.CreateHistogram<double>("payouts.bank.calls", "ms", "Calls to the bank, by step and outcome");
    }

    public void Webhook(string outcome) => _webhooks.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void Called(string step, string outcome, TimeSpan duration) =>
        _calls.Record(
            duration.TotalMilliseconds,
            new KeyValuePair<string, object?>("step", step),
            new KeyValuePair<string, object?>("outcome", outcome)
        );

    public void Alarm(string kind) => _alarms.Add(1, new KeyValuePair<string, object?>("kind", kind));

    public void Written(Written written)
    {
        if (written is not { Before: { } before, After: { } after, Change: { } change })
            return;
        if (before.State != after.State)
            _moves.Add(
                1,
                new KeyValuePair<string, object?>("from", before.State.Text()),
                new KeyValuePair<string, object?>("to", after.State.Text())
            );
        foreach (var alarm in change.Alarms)
            Alarm(alarm.Kind);
    }

    public void Dispose() => _meter.Dispose();
}
