namespace PayoutWorker.Decisions;

/// <summary>
/// Every duration that a decision uses. The demo and the tests scale all of them, and the simulator's own, by one
/// factor; the live bank refuses a factor.
/// </summary>
internal sealed record Timings
{
    /// <summary>T: from the first byte of a call to the last byte of its answer.</summary>
    public TimeSpan HttpTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>W: no call begins later than this after its intent.</summary>
    public TimeSpan SendWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>L: how long a claim keeps others away. At least W + T + 20 s.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Q: a call unseen this long after it was last sent will not arrive any more. At least 2 T + 60 s.</summary>
    public TimeSpan Quarantine { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>First question after an unknown outcome.</summary>
    public TimeSpan AskSoon { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Pause after a call that did not leave, or a refusal to be retried.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Pause of a row that a stop switch covers; resuming wakes it at once.</summary>
    public TimeSpan StoppedPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Pause when the sender account is short of money.</summary>
    public TimeSpan ShortOfMoneyPause { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long an init of unknown outcome waits for its webhook before it is held.</summary>
    public TimeSpan InitWait { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a session may show <c>error</c> before the payout is held; it is still asked about.</summary>
    public TimeSpan ErrorHold { get; init; } = TimeSpan.FromHours(6);

    /// <summary>How long the bank waits for our confirm; its pages do not say, 240 min is assumed. Alarm at half.</summary>
    public TimeSpan ConfirmDeadline { get; init; } = TimeSpan.FromMinutes(240);

    /// <summary>Intervals between questions in a waiting state; the last one repeats.</summary>
    public IReadOnlyList<TimeSpan> Polls { get; init; } =
    [
        TimeSpan.FromSeconds(30),
        TimeSpan.FromMinutes(1),
        TimeSpan.FromMinutes(2),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(10),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1),
    ];

    /// <summary>When a paid account payout is asked about again: money may come back.</summary>
    public IReadOnlyList<TimeSpan> ReturnWatch { get; init; } =
    [TimeSpan.FromDays(1), TimeSpan.FromDays(3), TimeSpan.FromDays(7), TimeSpan.FromDays(14)];

    /// <summary>A webhook that fits no payout is tried again after this, and reported after <see cref="OrphanAlarm"/>.</summary>
    public TimeSpan OrphanRetry { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan OrphanAlarm { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Under another scheduler the built-in one takes only what has been due for this long.</summary>
    public TimeSpan NetPatience { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan Poll(int asked) => Polls[Math.Min(asked, Polls.Count - 1)];

    /// <summary>All durations multiplied by <paramref name="factor"/>.</summary>
    public Timings Scale(double factor) =>
        this with
        {
            HttpTimeout = HttpTimeout * factor,
            SendWindow = SendWindow * factor,
            Lease = Lease * factor,
            Quarantine = Quarantine * factor,
            AskSoon = AskSoon * factor,
            RetryPause = RetryPause * factor,
            StoppedPause = StoppedPause * factor,
            ShortOfMoneyPause = ShortOfMoneyPause * factor,
            InitWait = InitWait * factor,
            ErrorHold = ErrorHold * factor,
            ConfirmDeadline = ConfirmDeadline * factor,
            Polls = [.. Polls.Select(poll => poll * factor)],
            ReturnWatch = [.. ReturnWatch.Select(watch => watch * factor)],
            OrphanRetry = OrphanRetry * factor,
            OrphanAlarm = OrphanAlarm * factor,
            NetPatience = NetPatience * factor,
        };

    /// <summary>What must hold between them for the rules to hold; <paramref name="scale"/> as given to <see cref="Scale"/>.</summary>
    public IEnumerable<string> Problems(double scale = 1)
    {
        var margin = TimeSpan.FromSeconds(20) * scale;
        if (Lease < SendWindow + HttpTimeout + margin)
            yield return $"Lease: expected at least SendWindow + HttpTimeout + 20 s, got {Lease.TotalSeconds} s";
        if (Quarantine < 2 * HttpTimeout + 3 * margin)
            yield return $"Quarantine: expected at least 2 × HttpTimeout + 60 s, got {Quarantine.TotalSeconds} s";
    }
}
