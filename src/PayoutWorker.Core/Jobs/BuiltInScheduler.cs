using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PayoutWorker.Jobs;

/// <summary>
/// Runs the jobs inside the host, without any package: one loop for each, woken by its bell and otherwise on its
/// schedule. A failing job is tried again, ever more slowly.
/// </summary>
internal sealed class BuiltInScheduler(IEnumerable<Job> jobs, TimeProvider time, ILogger<BuiltInScheduler> logger)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(jobs.Select(job => Task.Run(() => LoopAsync(job, stoppingToken), CancellationToken.None)));

    private async Task LoopAsync(Job job, CancellationToken stopping)
    {
        var failures = 0;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (await job.RunAsync(stopping) is { } summary)
                    logger.JobDone(job.Name, summary);
                failures = 0;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The boundary of a job: whatever it was, the next run may go through.
                logger.JobFailed(e, job.Name);
                failures++;
            }
            await PauseAsync(job, failures, stopping);
        }
    }

    private async Task PauseAsync(Job job, int failures, CancellationToken stopping)
    {
        if (failures > 0)
        {
            var pause = TimeSpan.FromMilliseconds(Math.Min(5000, 100 * Math.Pow(2, failures)));
            await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        else if (job.Bell is { } bell)
            await bell.WaitAsync(job.Every, time, stopping);
        else
            await Task.Delay(job.Every, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
