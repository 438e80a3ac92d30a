namespace PayoutWorker.Driving;

/// <summary>
/// How fast calls to one project begin: not faster than was configured, not faster than the bank lately let us, and not
/// at all while it asked for a pause. Every call takes a turn first. Turns are given in order, each with its time, so
/// that it is known before any waiting whether a call would still begin within its send window.
/// </summary>
/// <remarks>
/// Not System.Threading.RateLimiting: its limits cannot be changed as the bank answers, its queue does not tell how long
/// it is in time, and it has no <see cref="TimeProvider"/>.
/// </remarks>
/// <param name="callsPerSecond">Null: as fast as the bank takes them.</param>
/// <param name="sendWindow">No call begins later than this after its intent.</param>
internal sealed class Pace(double? callsPerSecond, TimeSpan sendWindow, TimeProvider time)
{
    /// <summary>Calls within the send window at the least: a slower pace would bring calls too late to be sent.</summary>
    public const double LeastInWindow = 5;

    // The queue of payouts that wait for their turn, as a part of the send window: start may have to queue after create.
    private const double QueueShare = 0.1;

    // What was not used is made up for, but not for longer than this: banks count in short windows too.
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(100);

    // The first time to half of what was too much, then by a tenth; up by 1 % a second, so that a tenth takes eleven.
    private const double FirstLowering = 0.5;
    private const double Lowering = 0.9;
    private const double RaisingASecond = 1.01;
    private const double NoLimit = 10_000;
    private static readonly TimeSpan LoweringPause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly long _epoch = time.GetTimestamp();
    private readonly double _most = callsPerSecond ?? double.PositiveInfinity;
    private TimeSpan _nextTurn;
    private TimeSpan _pausedUntil;
    private double _lowered = double.PositiveInfinity;
    private TimeSpan _loweredAt = -LoweringPause;
    private (long Second, int Turns, int Before) _given;
    private int _driven;
    private int _underWay;

    private TimeSpan Now => time.GetElapsedTime(_epoch);

    /// <summary>Calls a second that may begin now.</summary>
    public double Rate
    {
        get
        {
            lock (_lock)
                return Math.Min(_most, _lowered * Math.Pow(RaisingASecond, (Now - _loweredAt).TotalSeconds));
        }
    }

    /// <summary>The project is claimed for apart, by <see cref="Take"/>.</summary>
    public bool IsLimited => Rate < NoLimit;

    public bool IsPaused
    {
        get
        {
            lock (_lock)
                return Now < _pausedUntil;
        }
    }

    /// <summary>Waits until a call may begin.</summary>
    /// <returns>False, at once, when that would be later than <paramref name="within"/>.</returns>
    public async ValueTask<bool> TurnAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        var latest = Now + within;
        // A pause that began meanwhile holds for those that wait too.
        do
        {
            if (NextTurn(latest) is not { } wait)
                return false;
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, time, cancellationToken);
        } while (IsPaused);
        return true;
    }

    private TimeSpan? NextTurn(TimeSpan latest)
    {
        lock (_lock)
        {
            var now = Now;
            var turn = Max(Max(_nextTurn, now - Burst), _pausedUntil);
            if (turn > now && turn > latest)
                return null;
            _nextTurn = turn + TimeSpan.FromSeconds(1 / Rate);
            var second = (long)Max(turn, now).TotalSeconds;
            _given =
                second == _given.Second ? _given with { Turns = _given.Turns + 1 }
                : second == _given.Second + 1 ? (second, 1, _given.Turns)
                : (second, 1, 0);
            return turn - now;
        }
    }

    /// <summary>A call leaves: it waits no more.</summary>
    public void Began() => Interlocked.Increment(ref _underWay);

    public void Ended() => Interlocked.Decrement(ref _underWay);

    /// <summary>The bank asked for a pause.</summary>
    /// <param name="tooMany">Since the calls were too many: they will be fewer then.</param>
    /// <returns>True when it is news.</returns>
    public bool Pause(TimeSpan pause, bool tooMany)
    {
        lock (_lock)
        {
            var now = Now;
            var isNew = now >= _pausedUntil;
            // Once for all the calls of one crowd.
            if (tooMany && isNew && now >= _loweredAt + LoweringPause)
            {
                var rate = Math.Min(Rate, Math.Max(_given.Turns, _given.Before));
                var lowered = (IsLimited ? Lowering : FirstLowering) * rate;
                _lowered = Math.Max(LeastInWindow / sendWindow.TotalSeconds, lowered);
                _loweredAt = now + pause;
            }
            _pausedUntil = Max(_pausedUntil, now + pause);
            return isNew;
        }
    }

    /// <summary>How many payouts may be claimed now so that their calls begin soon; they count as claimed from here on.</summary>
    public int Take(int most)
    {
        lock (_lock)
        {
            if (Now < _pausedUntil)
                return 0;
            var queue = Math.Max(1, (int)Math.Min(int.MaxValue, Rate * sendWindow.TotalSeconds * QueueShare));
            var room = queue - (_driven - Volatile.Read(ref _underWay));
            // Small claims are dear.
            var taken = room >= Math.Max(1, queue / 4) ? Math.Min(most, room) : 0;
            _driven += taken;
            return taken;
        }
    }

    /// <summary>So many payouts more are driven, or fewer.</summary>
    public void Driven(int change)
    {
        lock (_lock)
            _driven += change;
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
