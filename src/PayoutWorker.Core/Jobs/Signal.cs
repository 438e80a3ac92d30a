namespace PayoutWorker.Jobs;

/// <summary>A bell: one ring wakes one waiter, now or the next that comes; more rings before that are one.</summary>
#pragma warning disable CA1001 // Its wait handle is never taken, so there is nothing to dispose.
internal sealed class Signal
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _bell = new(0, 1);

    public void Ring()
    {
        try
        {
            _bell.Release();
        }
        catch (SemaphoreFullException)
        {
            // It has rung already and nobody came yet.
        }
    }

    /// <summary>True when it rang, false when the time was up or the token cancelled.</summary>
    public async Task<bool> WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await _bell.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}

/// <summary>The bells of the jobs that are woken.</summary>
internal sealed class Wakeups
{
    /// <summary>Something may be due.</summary>
    public Signal Drive { get; } = new();

    /// <summary>A webhook was stored.</summary>
    public Signal Inbox { get; } = new();
}
