namespace PayoutWorker.HangfireScheduling.Jobs;

/// <summary>
/// Lets a worker queue few jobs of a kind at a time, most often one: what has not begun yet will see what is due when
/// it begins. Only a hint, since another worker may run the job, or nobody: after a while it is forgotten.
/// </summary>
/// <param name="most">Jobs that may wait at the same time.</param>
internal sealed class QueuedWakeup(TimeProvider time, int most)
{
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BackOffMax = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private long _queuedAt;
    private int _queued;
    private long _endedAt;
    private TimeSpan _backOff;

    /// <summary>How many more may be queued now.</summary>
    public int Room
    {
        get
        {
            lock (_lock)
                return time.GetElapsedTime(_queuedAt) < ForgottenAfter ? most - _queued : most;
        }
    }

    /// <summary>
    /// May a look at the table, without a bell, queue a job? Runs that found nothing to take put it off, ever longer:
    /// what a stop switch covers looks due all the time.
    /// </summary>
    public bool MayLook
    {
        get
        {
            lock (_lock)
                return _backOff == TimeSpan.Zero || time.GetElapsedTime(_endedAt) >= _backOff;
        }
    }

    public void Queued()
    {
        lock (_lock)
        {
            _queued = time.GetElapsedTime(_queuedAt) < ForgottenAfter ? _queued + 1 : 1;
            _queuedAt = time.GetTimestamp();
        }
    }

    public void Started()
    {
        lock (_lock)
            _queued = Math.Max(0, _queued - 1);
    }

    public void Ended(bool fruitless)
    {
        lock (_lock)
        {
            _endedAt = time.GetTimestamp();
            _backOff =
                !fruitless ? TimeSpan.Zero
                : _backOff == TimeSpan.Zero ? TimeSpan.FromSeconds(1)
                : _backOff * 2 < BackOffMax ? _backOff * 2
                : BackOffMax;
        }
    }
}
