using Npgsql;
using PayoutWorker.Store;
using PayoutWorker.Watching;

namespace PayoutWorker.Host.Run;

/// <summary>Tells the operators, twice a minute at most, how many webhooks were refused.</summary>
internal sealed class RefusalReport(
    NpgsqlDataSource database,
    RefusedWebhooks refused,
    TimeProvider time,
    ILogger<RefusalReport> logger
) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TryReportAsync(refused.Take(), stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The endpoint stops.
        }
    }

    private async Task TryReportAsync(int count, CancellationToken stopping)
    {
        if (count == 0)
            return;
        try
        {
            await using var command = database.CreateCommand(Sql.Text("note_refused_webhooks"));
            command.Parameters.AddWithValue("refused", count);
            await command.ExecuteNonQueryAsync(stopping);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // The boundary of one report; each refusal stands in the log, and the metrics count them.
            logger.RefusalsNotNoted(e, count);
        }
    }
}
