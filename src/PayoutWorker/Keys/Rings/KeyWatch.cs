using Npgsql;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.Host.Keys.Rings;

/// <summary>
/// Looks at the keys while the worker runs: a new key is used within seconds, without a restart. It never stops the
/// signing; what it cannot read it says.
/// </summary>
/// <param name="database">Where alarms are raised; null in a process whose role may not.</param>
internal sealed class KeyWatch(
    KeyRings rings,
    KeysSettings settings,
    NpgsqlDataSource? database,
    TimeProvider time,
    ILogger<KeyWatch> logger
) : BackgroundService
{
    private static readonly TimeSpan RemindEvery = TimeSpan.FromDays(1);

    private readonly Dictionary<string, long> _reminded = [];
    private readonly List<Alarm> _alarms = [];
    private string _seen = "";
    private string _said = "";

    /// <summary>One look.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var use in rings.Look())
            logger.KeysChanged(use, Ids(use));
        Complain(string.Join('\n', rings.Problems));
        Remind();
        await RaiseAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(settings.ReadEvery, time);
        try
        {
            do await TryLookAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The worker stops.
        }
    }

    private async Task TryLookAsync(CancellationToken stopping)
    {
        try
        {
            await LookAsync(stopping);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // The boundary of one look: the keys known before stay in use, and the next look comes in seconds.
            logger.KeysNotLookedAt(e);
        }
    }

    // Twice in a row: a file that is being written is bad for a moment.
    private void Complain(string problem)
    {
        var lasts = problem == _seen;
        _seen = problem;
        if (!lasts || problem == _said)
            return;
        _said = problem;
        if (problem.Length == 0)
            return;
        logger.KeysNotRead(problem);
        _alarms.Add(new Alarm(AlarmKind.KeysNotRead, "keys", problem));
    }

    private void Remind()
    {
        var now = time.GetUtcNow();
        foreach (var (use, at) in rings.Ends())
        {
            if (at - now > settings.WarnBefore)
                continue;
            // By itself what ended: its first word must not wait for the day of the warning before it.
            var subject = at <= now ? $"{use} ended" : use;
            if (_reminded.TryGetValue(subject, out var last) && time.GetElapsedTime(last) < RemindEvery)
                continue;
            _reminded[subject] = time.GetTimestamp();
            if (at <= now)
                logger.NoKey(use, at);
            else
                logger.KeysEnd(use, at);
            _alarms.Add(new Alarm(AlarmKind.KeysEnd, use, $"no key of '{use}' counts from {at:u} on"));
        }
    }

    private async Task RaiseAsync(CancellationToken cancellationToken)
    {
        if (database is null || _alarms.Count == 0)
            return;
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await Alarms.RaiseAsync(connection, null, _alarms, cancellationToken);
            _alarms.Clear();
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The boundary of one try: the log has said it, and the next look tries again.
            logger.KeyAlarmNotRaised(e);
        }
    }

    private string Ids(string use) =>
        string.Join(", ", rings.States().Where(state => state.Use == use).Select(state => $"{state.Id} {state.State}"));
}
