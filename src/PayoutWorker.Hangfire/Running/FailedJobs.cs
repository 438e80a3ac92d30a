using Hangfire;

namespace PayoutWorker.HangfireScheduling.Running;

/// <summary>
/// Hangfire keeps failed jobs for ever, and thousands of them make its pages crawl. A filter cannot give them an expiry:
/// Hangfire takes it back when it has applied the state.
/// </summary>
internal static class FailedJobs
{
    private const int Most = 500;
    private static readonly TimeSpan After = TimeSpan.FromDays(3);

    /// <summary>Forgets those that failed three days ago or earlier. Returns what it did, in words.</summary>
    public static string Prune(JobStorage storage, TimeProvider time)
    {
        var jobs = storage.GetMonitoringApi();
        var failed = jobs.FailedCount();
        var before = time.GetUtcNow().UtcDateTime - After;
        // The newest come first.
        var old = jobs.FailedJobs((int)Math.Max(0, failed - Most), Most)
            .Where(job => job.Value?.FailedAt <= before)
            .Select(job => job.Key)
            .ToArray();
        if (old.Length == 0)
            return $"{failed} failed jobs, none older than {After.Days} days";
        using var connection = storage.GetConnection();
        using var transaction = connection.CreateWriteTransaction();
        foreach (var id in old)
            transaction.ExpireJob(id, TimeSpan.Zero);
        transaction.Commit();
        return $"{old.Length} failed jobs forgotten, {failed - old.Length} kept";
    }
}
