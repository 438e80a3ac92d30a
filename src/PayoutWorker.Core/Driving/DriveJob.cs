using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PayoutWorker.Decisions;
using PayoutWorker.Jobs;
using PayoutWorker.Payouts;
using PayoutWorker.Projects;
using PayoutWorker.Store;

namespace PayoutWorker.Driving;

/// <param name="MaxCalls">Payouts driven at the same time in this process: calls to the bank at once, at most.</param>
/// <param name="InProgressMax">Payouts of one project between create and confirm at most, in all processes.</param>
/// <param name="MaxRun">A run ends after this even if more is due; the scheduler begins the next.</param>
internal sealed record DriveOptions(int MaxCalls, int InProgressMax, TimeSpan MaxRun);

/// <summary>
/// The job that moves money: claims what is due and drives it, many at a time, until nothing is due. Two schedulers,
/// or many processes, may run it at once: the claim and the fence keep them apart.
/// </summary>
internal sealed class DriveJob(
    IPayoutStore store,
    IBank bank,
    Driver driver,
    IReadOnlyList<Route> routes,
    DriveOptions options,
    Func<Policy> policy,
    Wakeups wakeups,
    TimeProvider time,
    ILogger<DriveJob> logger
)
{
    private int _running;
    private int _claiming;
    private readonly Signal _room = new();
    private readonly ConcurrentQueue<Handed> _given = new();

    // While calls are under way, what no bell rang for is looked for this often.
    private static readonly TimeSpan BusyLook = TimeSpan.FromMilliseconds(250);

    /// <summary>Payouts that are being driven in this process now.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>A run that hears the bell is under way here: it looks at the table by itself, many times a second.</summary>
    public bool IsClaiming => Volatile.Read(ref _claiming) > 0;

    /// <summary>The way from the inbox. Nothing goes there while no run is under way that would take it at once.</summary>
    public Handover Handover => new(Room, Give);

    public async Task<DriveSummary> RunAsync(DriveRun run, CancellationToken stopping)
    {
        var summary = new DriveSummary();
        List<Task> tasks = [];
        Interlocked.Add(ref _claiming, run.HearsBell ? 1 : 0);
        try
        {
            await ClaimAllAsync(run, tasks, summary, stopping);
        }
        finally
        {
            Interlocked.Add(ref _claiming, run.HearsBell ? -1 : 0);
            // Intended while this run was about to end: it is sent even while stopping.
            if (!run.QuestionsOnly)
                TakeGiven(tasks, summary, stopping);
            // However it ends, a stop in the middle of a claim above all: what was sent has its answer written.
            await Task.WhenAll(tasks);
        }
        return summary;
    }

    private async Task ClaimAllAsync(DriveRun run, List<Task> tasks, DriveSummary summary, CancellationToken stopping)
    {
        var (began, taken, look) = (time.GetTimestamp(), 0, true);
        var lookedAt = began;
        while (!stopping.IsCancellationRequested)
        {
            if (taken >= run.Most || time.GetElapsedTime(began) >= options.MaxRun)
            {
                // There may be more: the next run begins at once.
                if (!run.IsNet)
                    wakeups.Drive.Ring();
                return;
            }
            var slots = Math.Min(options.MaxCalls, bank.Trickle);
            var free = Math.Min(slots - Running, run.Most - taken ?? int.MaxValue);
            // By any run that may move money: its intent is committed, and only its send is waited for.
            if (!run.QuestionsOnly)
                TakeGiven(tasks, summary, stopping);
            if (look && free > 0 && (IsRoomy(slots) || run.Most is not null))
            {
                lookedAt = time.GetTimestamp();
                look = await ClaimAsync(free, stopping);
                if (look)
                    continue;
            }
            tasks.RemoveAll(task => task.IsCompleted);
            var idle = tasks.Count == 0;
            if (idle && run.Linger == default)
                return;
            var woken = await WaitAsync(run, idle ? run.Linger : BusyLook, stopping);
            if (idle && woken == Woken.Time)
                return;
            // However much is handed over meanwhile: what became due by time alone is looked for, too.
            look |= woken != Woken.Room || time.GetElapsedTime(lookedAt) >= BusyLook;
        }

        // True when there may be more.
        async Task<bool> ClaimAsync(int free, CancellationToken token)
        {
            var (before, more, paused) = (taken, false, bank.PausedProjects);
            // A project at its pace is claimed for apart: what can begin soon, and the others do not wait for it.
            var limited = Limited;
            foreach (var project in limited)
            {
                var pace = bank.Paces[project];
                var room = pace.Take(free - (taken - before));
                try
                {
                    if (room > 0 && !paused.Contains(project))
                        more |= await TakeAsync(
                            Order(room, bank.Paces.Keys.Where(other => other != project)) with
                            {
                                Most = room,
                                ReadyFirst = true,
                            },
                            token
                        );
                }
                finally
                {
                    pace.Driven(-room);
                }
            }
            var rest = free - (taken - before);
            var others = limited.Length == 0 || limited.Length < bank.Paces.Count;
            if (rest > 0 && others)
                more |= await TakeAsync(Order(rest, paused.Concat(limited)), token);
            if (taken == before && Running == 0)
                more |= await TakeAsync(Order(1, paused) with { Suspects = true }, token);
            return more;
        }

        ClaimOrder Order(int slots, IEnumerable<string> without) =>
            new(
                slots,
                policy().Timings.Lease,
                routes,
                [.. without],
                options.InProgressMax,
                Suspects: false,
                run.Overdue,
                run.Most is null ? int.MaxValue : slots,
                run.QuestionsOnly
            );

        async Task<bool> TakeAsync(ClaimOrder order, CancellationToken token)
        {
            var claimedAt = time.GetTimestamp();
            var claimed = await store.ClaimAsync(order, token);
            Interlocked.Add(ref _running, claimed.Count);
            foreach (var one in claimed)
                tasks.Add(DriveAsync(one, () => driver.DriveAsync(one, claimedAt, stopping), summary));
            taken += claimed.Count;
            return Shares.MayLeave(order, claimed);
        }
    }

    private Room Room() =>
        IsClaiming
            // A project at its pace is claimed for, which keeps its queue short.
            ? new(Math.Min(options.MaxCalls, bank.Trickle) - Running, [.. bank.PausedProjects, .. Limited])
            : new(0, []);

    private string[] Limited => [.. bank.Paces.Where(pace => pace.Value.IsLimited).Select(pace => pace.Key)];

    private void Give(IReadOnlyList<Handed> payouts)
    {
        if (payouts.Count == 0)
            return;
        Interlocked.Add(ref _running, payouts.Count);
        foreach (var handed in payouts)
            _given.Enqueue(handed);
        _room.Ring();
        // The run that had room for them has just ended: the next one takes them.
        if (!IsClaiming)
            wakeups.Drive.Ring();
    }

    private void TakeGiven(List<Task> tasks, DriveSummary summary, CancellationToken stopping)
    {
        while (_given.TryDequeue(out var handed))
        {
            var found = new Claimed(handed.Payout, PayoutState.Ready);
            tasks.Add(DriveAsync(found, () => driver.DriveAsync(handed, stopping), summary));
        }
    }

    // Small claims are dear: a few free slots wait for more.
    private bool IsRoomy(int slots) => Running <= RoomyAt(slots);

    private static int RoomyAt(int slots) => slots - Math.Max(1, slots / 8);

    /// <summary>Waits for whatever comes first: room, the last drive's end or what was handed over; news; or the time.</summary>
    private async Task<Woken> WaitAsync(DriveRun run, TimeSpan atMost, CancellationToken stopping)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        // The net takes nothing new, so a bell that it heard would be heard by nobody.
        var bell = run.HearsBell ? wakeups.Drive : new Signal();
        var news = bell.WaitAsync(atMost, time, done.Token);
        var room = _room.WaitAsync(Timeout.InfiniteTimeSpan, time, done.Token);
        var first = await Task.WhenAny(news, room);
        await done.CancelAsync();
        await room;
        // A bell that rang just now was heard here, and nobody else will hear it.
        return await news ? Woken.Bell
            : first == news ? Woken.Time
            : Woken.Room;
    }

    private enum Woken
    {
        Bell,
        Room,
        Time,
    }

    private async Task DriveAsync(Claimed claimed, Func<Task<Payout>> drive, DriveSummary summary)
    {
        var pace = bank.Paces.GetValueOrDefault(claimed.Payout.Project ?? "");
        pace?.Driven(1);
        // The claim loop goes on at once; signing happens here, on the pool's threads.
        await Task.Yield();
        using var span = Tracing.Drive(claimed.Payout.Id);
        try
        {
            summary.Add(claimed, await drive());
        }
        catch (Exception e)
        {
            // The boundary of one payout: its lease brings it back, the others go on.
            logger.DriveFailed(e, claimed.Payout.Id);
            summary.AddError(claimed.Payout.Id);
        }
        finally
        {
            pace?.Driven(-1);
            var left = Interlocked.Decrement(ref _running);
            if (left == 0 || left == RoomyAt(options.MaxCalls))
                _room.Ring();
        }
    }
}
