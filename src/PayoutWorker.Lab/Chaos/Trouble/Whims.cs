using PayoutWorker.Lab.Chaos.Orders;

namespace PayoutWorker.Lab.Chaos.Trouble;

/// <summary>The ERP orders in bursts, and changes its mind about some of it, mostly at once.</summary>
internal sealed class Whims(ChaosOptions options, ChaosErp erp, IReadOnlyList<ChaosOrder> orders, TimeProvider time)
{
    private const int Bursts = 40;
    private const double ChangesOfMind = 0.06;
    private readonly Random _random = new(options.Seed + 1);

    /// <summary>Spreads the orders over the storm. Ends early when cancelled, with what was inserted by then.</summary>
    /// <returns>The orders that the database has taken.</returns>
    public async Task<IReadOnlyList<ChaosOrder>> OrderAsync(CancellationToken over, CancellationToken cancellationToken)
    {
        List<Task> doubts = [];
        var given = 0;
        var began = time.GetTimestamp();
        for (var burst = 1; burst <= Bursts && !over.IsCancellationRequested; burst++)
        {
            // Uneven on purpose: a register of hundreds, then drops.
            var until =
                burst == Bursts
                    ? orders.Count
                    : (int)(orders.Count * Math.Min(1, (burst + _random.NextDouble() - 0.5) / Bursts));
            var some = orders.Skip(given).Take(Math.Max(0, until - given)).ToArray();
            if (some.Length > 0)
                await erp.InsertAsync(some, cancellationToken);
            given += some.Length;
            foreach (var order in some)
                if (_random.NextDouble() < ChangesOfMind)
                    doubts.Add(DoubtAsync(order, new Random(_random.Next()), cancellationToken));
            var next = options.Storm * burst / Bursts - time.GetElapsedTime(began);
            if (next > TimeSpan.Zero)
                await Task.Delay(next, time, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await Task.WhenAll(doubts);
        return [.. orders.Take(given)];
    }

    /// <summary>Most holds are lifted at the end; the others stay, and must.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        foreach (var key in erp.Holds.Order(StringComparer.Ordinal))
            if (_random.NextDouble() < 0.8)
                await erp.ReleaseAsync(key, cancellationToken);
    }

    private async Task DoubtAsync(ChaosOrder order, Random random, CancellationToken cancellationToken)
    {
        await PauseAsync(random, cancellationToken);
        var whim = random.Next(4);
        if (whim < 2)
        {
            await erp.CancelAsync(order.Key, cancellationToken);
            return;
        }
        await erp.HoldAsync(order.Key, cancellationToken);
        await PauseAsync(random, cancellationToken);
        if (whim == 3 && random.Next(2) == 0)
            await erp.CancelAsync(order.Key, cancellationToken);
        else if (random.Next(2) == 0)
            await erp.ReleaseAsync(order.Key, cancellationToken);
    }

    // From at once to after the payout is paid.
    private Task PauseAsync(Random random, CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMilliseconds(5 * Math.Pow(1000, random.NextDouble())), time, cancellationToken);
}
