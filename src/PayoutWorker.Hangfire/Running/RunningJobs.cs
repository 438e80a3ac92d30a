namespace PayoutWorker.HangfireScheduling.Running;

/// <summary>What the jobs of this process need to know of it.</summary>
internal sealed class RunningJobs
{
    private CancellationToken _stopping;
    private int _hearingInbox;

    /// <summary>An inbox job is under way here and hears the bell by itself.</summary>
    public bool HearsInbox => Volatile.Read(ref _hearingInbox) > 0;

    /// <summary>Jobs are told to end: the worker stops, or Hangfire does in it.</summary>
    public bool IsStopping => _stopping.IsCancellationRequested;

    /// <summary>Jobs from now on end, between two steps, when this cancels.</summary>
    public void Begin(CancellationToken stopping) => _stopping = stopping;

    /// <summary>
    /// Cancels as soon as the worker stops. Hangfire's own token would say so only after its StopTimeout, which is
    /// there to let calls under way end.
    /// </summary>
    public CancellationTokenSource Link(CancellationToken job) =>
        CancellationTokenSource.CreateLinkedTokenSource(_stopping, job);

    public IDisposable HearInbox()
    {
        Interlocked.Increment(ref _hearingInbox);
        return new Hearing(this);
    }

    private sealed class Hearing(RunningJobs owner) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref owner._hearingInbox);
    }
}
