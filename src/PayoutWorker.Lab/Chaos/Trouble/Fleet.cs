using PayoutWorker.Lab.Towns;

namespace PayoutWorker.Lab.Chaos.Trouble;

/// <summary>The workers: a fixed number of berths, and whoever lies in each of them now.</summary>
internal sealed class Fleet(Town town, ChaosTally tally, TimeProvider time) : IDisposable
{
    private const int StartTriesMax = 20;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _starting = new(1);
    private readonly List<Berth> _berths = [];
    private int _names;

    public async Task StartAsync(int count, CancellationToken cancellationToken)
    {
        for (var i = 0; i < count; i++)
        {
            var berth = new Berth();
            await ManAsync(berth, cancellationToken);
            _berths.Add(berth);
        }
    }

    /// <summary>A worker that runs and that nobody else is doing something to; null when there is none.</summary>
    public Berth? Take(Random random)
    {
        lock (_lock)
        {
            var free = _berths.Where(berth => !berth.IsTaken).ToArray();
            if (free.Length == 0)
                return null;
            var berth = free[random.Next(free.Length)];
            berth.IsTaken = true;
            return berth;
        }
    }

    public void GiveBack(Berth berth)
    {
        lock (_lock)
            berth.IsTaken = false;
    }

    /// <summary>Waits for the end of a worker, which somebody has brought about, and starts another one.</summary>
    public async Task ReplaceAsync(Berth berth, TimeSpan pause, CancellationToken cancellationToken)
    {
        await berth.Worker.Process.WaitForExitAsync(cancellationToken);
        await Task.Delay(pause, time, cancellationToken);
        await ManAsync(berth, cancellationToken);
    }

    /// <summary>Workers that ended and nobody ended them; each is replaced.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        foreach (var berth in _berths)
        {
            lock (_lock)
            {
                if (berth.IsTaken || !berth.Worker.Process.HasExited)
                    continue;
                berth.IsTaken = true;
            }
            var (name, process) = (berth.Worker.Name, berth.Worker.Process);
            tally.Surprise(
                $"{name} ended by itself with code {process.ExitCode}: {string.Join(" | ", process.Tail(5))}"
            );
            await ManAsync(berth, cancellationToken);
            GiveBack(berth);
        }
    }

    public void Dispose() => _starting.Dispose();

    // One at a time: who starts while nobody takes webhooks gets their address. While the database is away a worker
    // refuses to start, as it must, and whoever runs it tries again.
    private async Task ManAsync(Berth berth, CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            for (var tries = 1; ; tries++)
            {
                try
                {
                    berth.Worker = await town.StartWorkerAsync($"worker-{++_names}", cancellationToken);
                    return;
                }
                catch (Exception e)
                    when (e is InvalidOperationException or TimeoutException or OperationCanceledException
                        && tries < StartTriesMax
                        && !cancellationToken.IsCancellationRequested
                    )
                {
                    tally.Count("starts of a worker that failed");
                    tally.Say($"worker-{_names} did not start: {e.Message.Split('\n')[^1]}");
                    await Task.Delay(TimeSpan.FromMilliseconds(300), time, cancellationToken);
                }
            }
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>A place in the fleet.</summary>
    internal sealed class Berth
    {
        public TownWorker Worker { get; set; } = null!;
        public bool IsTaken { get; set; }

        /// <summary>The worker's process id.</summary>
        public int Id => Worker.Process.Id;
    }
}
