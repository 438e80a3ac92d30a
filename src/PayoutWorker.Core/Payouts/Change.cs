using Bank131.Client;

namespace PayoutWorker.Payouts;

/// <summary>
/// What one decision writes, in one transaction under the row's lock. Absent parts stay as they are.
/// </summary>
internal sealed record Change
{
    public required PayoutState To { get; init; }

    /// <summary>When to look again, from the database's now; null leaves it, and the lease of whoever drives it, alone.</summary>
    public TimeSpan? DueIn { get; init; } = TimeSpan.Zero;

    /// <summary>
    /// Whoever writes this drives the payout from here, until <see cref="DueIn"/>. Only with a move, which raises the
    /// fence.
    /// </summary>
    public bool Takes { get; init; }

    /// <summary>Why, in plain words, for the history; null writes no history line.</summary>
    public string? Why { get; init; }

    /// <summary>What it is based on, e.g. <c>webhook 812</c>.</summary>
    public string? Evidence { get; init; }

    public HoldKind? HoldKind { get; init; }

    /// <summary>This call is intended: after the commit, and only then, its caller may send it.</summary>
    public Step? Intent { get; init; }

    /// <summary>Hash of the exact body of the intended call.</summary>
    public byte[]? BodyHash { get; init; }

    /// <summary>The session as it is afterwards; a new number opens a new one.</summary>
    public BankSession? Session { get; init; }

    /// <summary>What proved the session dead or its id ours.</summary>
    public string? SessionEvidence { get; init; }

    /// <summary>Outcome of a call, kept whatever becomes of the payout.</summary>
    public CallOutcome? Outcome { get; init; }

    /// <summary>A question was asked: the next one waits longer.</summary>
    public bool Asked { get; init; }

    /// <summary>The bank answered a question about its session: nothing was missed up to now.</summary>
    public bool Heard { get; init; }

    /// <summary>The hold that was asked for is carried out.</summary>
    public bool HoldDone { get; init; }

    /// <summary>What the ERP reads, for final states and held.</summary>
    public Result? Result { get; init; }

    public IReadOnlyList<Alarm> Alarms { get; init; } = [];

    /// <summary>Stop the payout's project: it does what it should not be able to do.</summary>
    public string? StopProject { get; init; }
}

/// <param name="Word">accepted, refused, not sent or unknown.</param>
/// <param name="BodyHash">Of a create, whose intent is committed before its body is made.</param>
internal sealed record CallOutcome(Step Step, int SessionN, string Word, BankAnswer Answer, byte[]? BodyHash = null)
{
    public string? Code => (Answer as BankAnswer.Refused)?.Error.Code;

    public string? Text =>
        Answer switch
        {
            BankAnswer.Refused refused => refused.Error.Description,
            BankAnswer.NotSent notSent => notSent.Reason,
            BankAnswer.Unknown unknown => unknown.Reason,
            _ => null,
        };
}

/// <summary>The result columns of the outbox.</summary>
internal sealed record Result(
    string? SessionId = null,
    string? PayoutId = null,
    string? ErrorCode = null,
    string? ErrorText = null,
    string? Reason = null,
    long ReturnedAmount = 0
);

/// <param name="Kind">One of <see cref="AlarmKind"/>.</param>
/// <param name="Subject">What it is about, e.g. a payout's key; one open alarm for each kind and subject.</param>
internal sealed record Alarm(string Kind, string Subject, string Text);
