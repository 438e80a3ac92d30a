namespace PayoutWorker.Lab.Processes;

/// <summary>Waits for what sends no signal, by looking again and again until a deadline.</summary>
internal static class Poll
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>Returns when the condition holds; throws <see cref="TimeoutException"/> if that takes too long.</summary>
    public static async Task UntilAsync(
        string what,
        Func<CancellationToken, Task<bool>> condition,
        TimeSpan timeout,
        CancellationToken cancellationToken
    )
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        try
        {
            while (!await condition(deadline.Token))
                await Task.Delay(Pause, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"Expected {what} within {timeout.TotalSeconds:0.#} s.");
        }
    }

    /// <inheritdoc cref="UntilAsync(string, Func{CancellationToken, Task{bool}}, TimeSpan, CancellationToken)"/>
    public static Task UntilAsync(
        string what,
        Func<bool> condition,
        TimeSpan timeout,
        CancellationToken cancellationToken
    ) => UntilAsync(what, _ => Task.FromResult(condition()), timeout, cancellationToken);
}
