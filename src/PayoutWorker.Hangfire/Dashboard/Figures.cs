using Dapper;
using Hangfire.Dashboard;
using Microsoft.Extensions.Logging;
using Npgsql;
using PayoutWorker.Store;

namespace PayoutWorker.HangfireScheduling.Dashboard;

/// <summary>Counts of payouts for the dashboard's first page, a few seconds old at most.</summary>
internal sealed class Figures(NpgsqlDataSource database, TimeProvider time, ILogger<Figures> logger)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Counts? _counts;
    private long? _readAt;

    public DashboardMetric[] Metrics() =>
        [
            Metric("payouts:due", "Due", counts => counts.Due, MetricStyle.Default),
            Metric("payouts:in-flight", "In flight", counts => counts.InFlight, MetricStyle.Info),
            Metric("payouts:waiting", "Waiting for the bank", counts => counts.Waiting, MetricStyle.Default),
            Metric("payouts:held", "Held", counts => counts.Held, MetricStyle.Warning),
            Metric("payouts:stuck", "Stuck", counts => counts.Stuck, MetricStyle.Danger),
            Metric("payouts:paid-today", "Paid today", counts => counts.PaidToday, MetricStyle.Success),
        ];

    private DashboardMetric Metric(string name, string title, Func<Counts, long> value, MetricStyle style) =>
        new(
            name,
            title,
            _ =>
                Last() is { } counts
                    ? new Metric(value(counts)) { Style = value(counts) > 0 ? style : MetricStyle.Default }
                    : new Metric("…")
        );

    private Counts? Last()
    {
        lock (_lock)
        {
            if (_readAt is not { } at || time.GetElapsedTime(at) >= Fresh)
            {
                _readAt = time.GetTimestamp();
                // The page is built on a thread that waits for Hangfire's own queries too. If this one is slow, dots stand
                // there until the next look.
                ReadAsync().Wait(AtMost);
            }
            return _counts;
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync();
            _counts = await connection.QuerySingleAsync<Counts>(Sql.Text("read_dashboard"));
        }
        catch (Exception e)
        {
            // The page shows dots instead of numbers that are old.
            _counts = null;
            logger.FiguresNotRead(e);
        }
    }

    private sealed record Counts(long Due, long InFlight, long Waiting, long Held, long Stuck, long PaidToday);
}
