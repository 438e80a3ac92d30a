using Dapper;
using Hangfire;
using Microsoft.Extensions.Logging;
using Npgsql;
using PayoutWorker.Driving;
using PayoutWorker.HangfireScheduling.Running;
using PayoutWorker.Inbox;
using PayoutWorker.Jobs;
using PayoutWorker.Returns;
using PayoutWorker.Store;
using PayoutWorker.Watching;

namespace PayoutWorker.HangfireScheduling.Jobs;

/// <summary>
/// What the jobs do: they run the same code as the built-in scheduler. What they return stands on the job's page. They
/// fail only when something broke; a payout that went wrong is no broken job.
/// </summary>
internal sealed class PayoutJobs(
    DriveJob drive,
    InboxJob inbox,
    ReturnsJob returns,
    WatchJob watch,
    Wakeups wakeups,
    JobClient client,
    RunningJobs running,
    HangfireOptions options,
    NpgsqlDataSource database,
    JobStorage storage,
    TimeProvider time,
    ILogger<PayoutJobs> logger
) : IPayoutJobs
{
    // Starting a job costs 34 round trips and 10 commits, so a run waits a moment for more before it ends.
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(250);

    public Task<string> DriveAsync(CancellationToken cancellationToken) =>
        RunAsync("drive", RunDriveAsync, cancellationToken);

    public Task<string> DriveOneAsync(CancellationToken cancellationToken) =>
        RunAsync("drive", RunDriveAsync, cancellationToken);

    public Task<string> AskStuckAsync(CancellationToken cancellationToken) =>
        RunAsync("stuck", RunAskStuckAsync, cancellationToken);

    public Task<string> WatchAsync(CancellationToken cancellationToken) =>
        RunAsync("watch", async stop => await watch.RunAsync(stop) ?? "no deadline is near", cancellationToken);

    public Task<string> PruneAsync(CancellationToken cancellationToken) =>
        RunAsync("prune", _ => Task.FromResult(FailedJobs.Prune(storage, time)), cancellationToken);

    public Task<string> ApplyInboxAsync(CancellationToken cancellationToken) =>
        RunAsync("inbox", RunInboxAsync, cancellationToken);

    public Task<string> WatchReturnsAsync(CancellationToken cancellationToken) =>
        RunAsync("returns", async stop => await returns.RunAsync(stop) ?? "nobody to ask about", cancellationToken);

    public Task<string> NoteAsync(long payoutId, CancellationToken cancellationToken) =>
        NoteManyAsync([payoutId], cancellationToken);

    public Task<string> NoteManyAsync(long[] payoutIds, CancellationToken cancellationToken) =>
        RunAsync("note", stop => ReadTroublesAsync(payoutIds, stop), cancellationToken);

    private async Task<string> RunAsync(
        string job,
        Func<CancellationToken, Task<string>> run,
        CancellationToken cancellationToken
    )
    {
        using var stopping = running.Link(cancellationToken);
        try
        {
            return await run(stopping.Token);
        }
        catch (OperationCanceledException) when (running.IsStopping)
        {
            return "ended early: the worker stopped";
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The boundary of a job: what is stored and shown of it are words of ours.
            logger.HangfireJobFailed(e, job);
            throw JobFailedException.Of(e);
        }
    }

    private async Task<string> RunDriveAsync(CancellationToken stopping)
    {
        client.Drive.Started();
        var run = options.BatchSize is { } most ? new DriveRun(Most: most) : new DriveRun(Linger: Linger);
        var summary = await drive.RunAsync(run, stopping);
        client.Drive.Ended(fruitless: summary.Count == 0);
        client.Note(summary.Troubled);
        return summary + JobText.Ids(summary.Ids);
    }

    private async Task<string> RunAskStuckAsync(CancellationToken stopping)
    {
        var summary = await drive.RunAsync(new DriveRun(QuestionsOnly: true), stopping);
        client.Note(summary.Troubled);
        var asked = summary.Count == 0 ? "no question was due" : $"asked about {summary}{JobText.Ids(summary.Ids)}";
        var lines = await ReadAsync("read_stuck", new { most = JobText.IdsMax + 1 }, stopping);
        return lines.Count == 0
            ? $"{asked}; none is stuck"
            : $"{asked}; stuck: {string.Join(" · ", lines.Take(JobText.IdsMax))}"
                + (lines.Count > JobText.IdsMax ? " and more" : "");
    }

    private async Task<string> RunInboxAsync(CancellationToken stopping)
    {
        client.Inbox.Started();
        using var hearing = running.HearInbox();
        var began = time.GetTimestamp();
        var summary = InboxSummary.Empty;
        do summary += await inbox.RunAsync(overdue: default, stopping);
        while (time.GetElapsedTime(began) < options.MaxRun && await wakeups.Inbox.WaitAsync(Linger, time, stopping));
        client.Note(summary.Troubled);
        return (summary.Text ?? "nothing to apply") + JobText.Ids(summary.Moved);
    }

    private async Task<string> ReadTroublesAsync(long[] payoutIds, CancellationToken stopping)
    {
        var ids = payoutIds.Take(JobText.IdsMax).ToArray();
        return string.Join(" · ", await ReadAsync("read_troubles", new { ids }, stopping))
            + JobText.More(payoutIds.Length);
    }

    private async Task<IReadOnlyList<string>> ReadAsync(string statement, object parameters, CancellationToken stopping)
    {
        await using var connection = await database.OpenConnectionAsync(stopping);
        var command = new CommandDefinition(Sql.Text(statement), parameters, cancellationToken: stopping);
        var rows = await connection.QueryAsync<(long Id, string Words)>(command);
        return [.. rows.Select(row => $"payout {row.Id} is {row.Words}")];
    }
}
