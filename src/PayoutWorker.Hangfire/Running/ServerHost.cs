using Hangfire;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PayoutWorker.HangfireScheduling.Jobs;
using PayoutWorker.HangfireScheduling.Storage;
using PayoutWorker.Jobs;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.HangfireScheduling.Running;

/// <summary>
/// Runs Hangfire's servers while its tables can be used, and says loudly when they cannot. Left to itself a server
/// would come back after a lost schema too, but only after minutes, and without its recurring jobs.
/// </summary>
internal sealed class ServerHost(
    HangfireDatabase database,
    JobStorage storage,
    IRecurringJobManagerV2 recurring,
    JobActivator activator,
    HangfireOptions options,
    JobClient client,
    RunningJobs running,
    SchedulerBoard board,
    Alarms alarms,
    TimeProvider time,
    ILogger<ServerHost> logger
) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private BackgroundJobServer[] _servers = [];
    private CancellationTokenSource? _life;
    private bool _told;

    /// <summary>Looks once before the host goes on, so that its first log lines say who runs the jobs.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await EndAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await client.Refused.WaitAsync(LookEvery, time, stoppingToken);
            if (!stoppingToken.IsCancellationRequested)
                await LookAsync(stoppingToken);
        }
    }

    private async Task LookAsync(CancellationToken stopping)
    {
        try
        {
            var problem = await database.ProblemAsync(stopping);
            if (problem is null && _servers.Length == 0)
                problem = Begin();
            if (problem is null)
                return;
            // First the work, then everything that may take long.
            board.Stop(problem);
            await TellAsync(problem, stopping);
            await EndAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The worker stops.
        }
    }

    /// <returns>What is wrong, or null.</returns>
    private string? Begin()
    {
        try
        {
            // Connections from before a new schema may remember tables that are gone.
            database.Source.Clear();
            RecurringJobs.Add(recurring, options);
            _life = new CancellationTokenSource();
            running.Begin(_life.Token);
            _servers = [.. ServerSettings.Of(options, activator).Select(s => new BackgroundJobServer(s, storage))];
        }
        catch (Exception e)
        {
            // The boundary to Hangfire: whatever it was, the built-in scheduler does the work.
            logger.HangfireNotStarted(e);
            return $"Hangfire could not be started ({e.GetType().Name})";
        }
        _told = false;
        board.Start("hangfire");
        logger.HangfireRuns(options.WorkerName);
        // What became due meanwhile.
        client.Drive.Started();
        client.Inbox.Started();
        client.WakeDrive();
        client.WakeInbox();
        return null;
    }

    private async Task TellAsync(string problem, CancellationToken stopping)
    {
        if (_told)
            return;
        logger.HangfireLost(problem);
        try
        {
            var alarm = new Alarm(
                AlarmKind.HangfireStorage,
                SchedulerBoard.BuiltIn,
                $"{problem}. The built-in scheduler drives the payouts meanwhile; jobs are not shown."
            );
            await alarms.RaiseAsync(alarm, stopping);
            _told = true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The payouts' database is away too; it is said at the next look.
            logger.AlarmNotRaised(e);
        }
    }

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        var (servers, life) = (_servers, _life);
        (_servers, _life) = ([], null);
        if (life is null)
            return;
        await life.CancelAsync();
        foreach (var server in servers)
            server.SendStop();
        foreach (var server in servers)
        {
            try
            {
                await server.WaitForShutdownAsync(cancellationToken);
            }
            finally
            {
                server.Dispose();
            }
        }
        life.Dispose();
    }
}
