namespace PayoutWorker.Jobs;

/// <summary>
/// A named piece of work that any scheduler can run: on its schedule, when its bell rings, twice at once, or late.
/// It carries no payout data, so that a job lost, doubled or delayed changes when something happens and never what.
/// </summary>
/// <param name="Name">Stable, e.g. <c>drive</c>.</param>
/// <param name="Title">For operators.</param>
/// <param name="Every">The net under the bell.</param>
/// <param name="RunAsync">Returns what it did in words; null when there was nothing to do.</param>
internal sealed record Job(
    string Name,
    string Title,
    TimeSpan Every,
    Func<CancellationToken, Task<string?>> RunAsync,
    Signal? Bell = null
);
