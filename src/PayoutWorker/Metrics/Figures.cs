using System.Diagnostics.Metrics;
using Dapper;
using Npgsql;
using PayoutWorker.Driving;
using PayoutWorker.Store;

namespace PayoutWorker.Host.Metrics;

/// <summary>Gauges: what stands in the database, read at most every five seconds, and what this process does.</summary>
internal sealed class Figures : IDisposable
{
    public const string MeterName = "PayoutWorker.Host";

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly Meter _meter = new(MeterName);
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile IReadOnlyList<Figure> _figures = [];
    private long? _readAt;

    public Figures(NpgsqlDataSource database, DriveJob drive, IBank bank, TimeProvider time, ILogger<Figures> logger)
    {
        (_database, _time, _logger) = (database, time, logger);
        Gauge("payouts.open", "open", "state", "{payout}", "Open payouts, by state");
        Gauge("payouts.held", "held", "kind", "{payout}", "Held payouts, by what is known of the money");
        Gauge("payouts.due", "due", null, "{payout}", "Payouts that are due now");
        Gauge("payouts.due.oldest", "oldest_due", null, "s", "For how long the oldest due payout has been due");
        Gauge("payouts.alarms.open", "alarms", "kind", "{alarm}", "Alarms that nobody acknowledged, by kind");
        Gauge("payouts.webhooks.unapplied", "webhooks", null, "{webhook}", "Webhooks stored and not applied yet");
        Gauge("payouts.switches", "switches", "scope", "{switch}", "Stop switches in force, by scope");
        Gauge(
            "payouts.differences.open",
            "differences",
            "kind",
            "{difference}",
            "Differences between the bank's statements and our rows that nobody explained, by kind"
        );
        Gauge("payouts.statements.awaited", "statements", null, "{day}", "Days of accounts that are to be compared");
        _meter.CreateObservableGauge("payouts.running", () => drive.Running, "{payout}", "Payouts driven here now");
        _meter.CreateObservableGauge(
            "payouts.projects.paused",
            () => bank.PausedProjects.Count,
            "{project}",
            "Projects to which nothing is sent now: the breaker is open, or the bank asked for a pause"
        );
    }

    /// <summary>Reads the database unless that was done just now. A failure leaves the gauges empty, not old.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (_readAt is { } at && _time.GetElapsedTime(at) < Fresh)
                return;
            _readAt = _time.GetTimestamp();
            await using var connection = await _database.OpenConnectionAsync(cancellationToken);
            var command = new CommandDefinition(Sql.Text("read_figures"), cancellationToken: cancellationToken);
            _figures = [.. await connection.QueryAsync<Figure>(command)];
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            _figures = [];
            _logger.FiguresNotRead(e);
        }
        finally
        {
            _reading.Release();
        }
    }

    public void Dispose()
    {
        _meter.Dispose();
        _reading.Dispose();
    }

    private void Gauge(string instrument, string name, string? label, string unit, string description) =>
        _meter.CreateObservableGauge(
            instrument,
            () =>
                _figures
                    .Where(figure => figure.Name == name)
                    .Select(figure =>
                        label is null
                            ? new Measurement<double>(figure.Value)
                            : new Measurement<double>(
                                figure.Value,
                                new KeyValuePair<string, object?>(label, figure.Label)
                            )
                    ),
            unit,
            description
        );

    private sealed class Figure
    {
        public string Name { get; init; } = "";
        public string Label { get; init; } = "";
        public double Value { get; init; }
    }
}
