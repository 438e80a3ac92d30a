namespace PayoutWorker.Store;

/// <summary>
/// One transaction of this process at a time. Two that want the same payouts would only wait for each other's locks in
/// the database; what comes meanwhile makes the next set larger.
/// </summary>
#pragma warning disable CA1001 // Its wait handle is never taken, so there is nothing to dispose.
internal sealed class Turn
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <returns>Ends the turn when it is disposed.</returns>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        return new Taken(_one);
    }

    private sealed class Taken(SemaphoreSlim one) : IDisposable
    {
        public void Dispose() => one.Release();
    }
}
