namespace PayoutWorker.Lab.Chaos.Trouble;

/// <summary>Blow after blow, each of which heals by itself, until the time is up.</summary>
internal sealed class Storm(
    ChaosOptions options,
    Fleet fleet,
    WorkerTrouble workers,
    DatabaseTrouble database,
    BankTrouble bank,
    ChaosTally tally,
    TimeProvider time
)
{
    private readonly Random _random = new(options.Seed);

    // A proxy can be closed once at a time, a killed server killed no more.
    private readonly HashSet<Blow> _going = [];
    private readonly List<Task> _tasks = [];

    /// <param name="over">Cancelled when no further blow is to fall; those under way still heal.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RageAsync(CancellationToken over, CancellationToken cancellationToken)
    {
        var bag = new Queue<Blow>(Enum.GetValues<Blow>());
        while (!over.IsCancellationRequested)
        {
            var pause = options.PauseMin + (options.PauseMax - options.PauseMin) * _random.NextDouble();
            await Task.Delay(pause, time, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (over.IsCancellationRequested)
                break;
            if (bag.Count == 0)
            {
                var blows = Enum.GetValues<Blow>();
                _random.Shuffle(blows);
                bag = new Queue<Blow>(blows);
            }
            var blow = bag.Dequeue();
            lock (_going)
                if (!_going.Add(blow))
                    continue;
            // Its own numbers: how blows overlap depends on the machine, and must not change what the next one does.
            _tasks.Add(StrikeAsync(blow, new Random(_random.Next()), cancellationToken));
            await fleet.CheckAsync(cancellationToken);
            // What does not heal fails the run now, not at its end.
            foreach (var broken in _tasks.Where(task => task.IsFaulted))
                await broken;
        }
        await Task.WhenAll(_tasks);
        await fleet.CheckAsync(cancellationToken);
    }

    private async Task StrikeAsync(Blow blow, Random random, CancellationToken cancellationToken)
    {
        try
        {
            await (
                blow switch
                {
                    Blow.KillWorkerAtEvent => workers.KillAsync(atEvent: true, random, cancellationToken),
                    Blow.KillWorker => workers.KillAsync(atEvent: false, random, cancellationToken),
                    Blow.PauseWorkerAtEvent => workers.PauseAsync(atEvent: true, random, cancellationToken),
                    Blow.PauseWorker => workers.PauseAsync(atEvent: false, random, cancellationToken),
                    Blow.StopWorker => workers.StopAsync(random, cancellationToken),
                    Blow.KillDatabase => database.KillAsync(random, cancellationToken),
                    Blow.EndDatabaseSessions => database.EndSessionsAsync(cancellationToken),
                    Blow.LockTable => database.LockTableAsync(random, cancellationToken),
                    Blow.LockRows => database.LockRowsAsync(random, cancellationToken),
                    Blow.StopPayouts => database.StopPayoutsAsync(random, cancellationToken),
                    Blow.RefuseAtDatabase => database.RefuseAsync(random, cancellationToken),
                    Blow.RefuseAtBank => bank.RefuseAsync(random, cancellationToken),
                    Blow.CutConnections => bank.CutAsync(random),
                    Blow.BankErrors => bank.ErrorsAsync(random, cancellationToken),
                    _ => bank.WrongSessionAsync(random),
                }
            );
        }
        finally
        {
            lock (_going)
                _going.Remove(blow);
            tally.Count("blows");
        }
    }
}
