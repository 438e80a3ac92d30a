using Hangfire.States;
using Hangfire.Storage;

namespace PayoutWorker.HangfireScheduling.Running;

/// <summary>Hangfire keeps failed jobs for ever, and thousands of them make its pages crawl. Here they go in time.</summary>
internal sealed class FailedJobsExpire : IApplyStateFilter
{
    private static readonly TimeSpan After = TimeSpan.FromDays(3);

    public void OnStateApplied(ApplyStateContext context, IWriteOnlyTransaction transaction)
    {
        if (context.NewState is FailedState)
            transaction.ExpireJob(context.BackgroundJob.Id, After);
    }

    public void OnStateUnapplied(ApplyStateContext context, IWriteOnlyTransaction transaction) { }
}
