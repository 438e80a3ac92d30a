using Dapper;
using Npgsql;
using PayoutWorker.Driving;
using PayoutWorker.HangfireScheduling.Running;
using PayoutWorker.Inbox;
using PayoutWorker.Jobs;
using PayoutWorker.Returns;
using PayoutWorker.Store;

namespace PayoutWorker.HangfireScheduling.Jobs;

/// <summary>
/// What the jobs do: they run the same code as the built-in scheduler. What they return stands on the job's page. They
/// throw only when something broke; a payout that went wrong is no broken job.
/// </summary>
internal sealed class PayoutJobs(
    DriveJob drive,
    InboxJob inbox,
    ReturnsJob returns,
    Wakeups wakeups,
    JobClient client,
    RunningJobs running,
    HangfireOptions options,
    NpgsqlDataSource database,
    TimeProvider time
) : IPayoutJobs
{
    // Starting a job costs 34 round trips and 10 commits, so a run waits a moment for more before it ends.
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(250);

    // What a person reads; Hangfire keeps results in its tables.
    private const int IdsShownMax = 500;

    public async Task<string> DriveAsync(CancellationToken cancellationToken)
    {
        client.Drive.Started();
        using var stopping = running.Link(cancellationToken);
        var summary = await drive.RunAsync(new DriveRun(Linger: Linger), stopping.Token);
        client.Drive.Ended(fruitless: summary.Count == 0);
        client.Note(summary.Troubled);
        return summary + Ids(summary.Ids);
    }

    public async Task<string> ApplyInboxAsync(CancellationToken cancellationToken)
    {
        client.Inbox.Started();
        using var stopping = running.Link(cancellationToken);
        using var hearing = running.HearInbox();
        var began = time.GetTimestamp();
        var summary = InboxSummary.Empty;
        do summary += await inbox.RunAsync(overdue: default, stopping.Token);
        while (
            time.GetElapsedTime(began) < options.MaxRun && await wakeups.Inbox.WaitAsync(Linger, time, stopping.Token)
        );
        client.Note(summary.Troubled);
        return (summary.Text ?? "nothing to apply") + Ids(summary.Moved);
    }

    public async Task<string> WatchReturnsAsync(CancellationToken cancellationToken)
    {
        using var stopping = running.Link(cancellationToken);
        return await returns.RunAsync(stopping.Token) ?? "nobody to ask about";
    }

    public Task<string> NoteAsync(long payoutId, CancellationToken cancellationToken) =>
        NoteManyAsync([payoutId], cancellationToken);

    public async Task<string> NoteManyAsync(long[] payoutIds, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var command = new CommandDefinition(
            Sql.Text("read_troubles"),
            new { ids = payoutIds.Take(IdsShownMax).ToArray() },
            cancellationToken: cancellationToken
        );
        var lines = (await connection.QueryAsync<(long Id, string Words)>(command)).Select(one =>
            $"payout {one.Id} is {one.Words}"
        );
        return string.Join(" · ", lines) + More(payoutIds.Length);
    }

    private static string Ids(IEnumerable<long> ids)
    {
        var distinct = ids.Distinct().Order().ToArray();
        return distinct.Length == 0
            ? ""
            : $" · ids {string.Join(", ", distinct.Take(IdsShownMax))}{More(distinct.Length)}";
    }

    private static string More(int count) => count > IdsShownMax ? $" and {count - IdsShownMax} more" : "";
}
