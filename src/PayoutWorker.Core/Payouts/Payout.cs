namespace PayoutWorker.Payouts;

/// <summary>One payout as the database knows it at <see cref="Now"/>: all that a decision may look at.</summary>
internal sealed record Payout
{
    public required long Id { get; init; }
    public required Order Order { get; init; }
    public required PayoutState State { get; init; }

    /// <summary>Since when it is in this state, database clock.</summary>
    public required DateTimeOffset StateSince { get; init; }

    /// <summary>Raised by each claim and each change of state; an intent is written only under the fence it was planned with.</summary>
    public required long Fence { get; init; }

    /// <summary>Somebody asked to cancel.</summary>
    public bool CancelAsked { get; init; }

    /// <summary>Somebody asked to hold.</summary>
    public bool HoldAsked { get; init; }

    public PayoutState? HeldFrom { get; init; }
    public HoldKind? HeldKind { get; init; }
    public string? Reason { get; init; }

    /// <summary>The bank project that pays it, stored at the first claim; null when none is configured for it.</summary>
    public string? Project { get; init; }

    /// <summary>Hash of the installation and the ERP key: the same order always meets its own past at the bank.</summary>
    public required string BankRef { get; init; }

    /// <summary>The current session; null before the first.</summary>
    public BankSession? Session { get; init; }

    /// <summary>The call that belongs to the state (for <c>ready</c> and <c>confirmed</c>: confirm), if ever intended.</summary>
    public BankCall? Call { get; init; }

    /// <summary>A confirm of the current session was intended at some time.</summary>
    public bool ConfirmIntended { get; init; }

    /// <summary>Claims in a row that brought nothing.</summary>
    public int Claims { get; init; }

    /// <summary>Questions asked in this state; sets the interval to the next.</summary>
    public int Polls { get; init; }

    /// <summary>A stop switch covers it.</summary>
    public bool Stopped { get; init; }

    /// <summary>A second person has not approved it yet: nothing of it is begun.</summary>
    public bool AwaitsApproval { get; init; }

    /// <summary>It was approved, and the order as it stands now is not what was approved.</summary>
    public bool ApprovalVoid { get; init; }

    /// <summary>Money limits are in force: a start or an init is counted before it is intended.</summary>
    public bool Limited { get; init; }

    /// <summary>The money limit that keeps back the start or init that was to be intended.</summary>
    public OverLimit? OverLimit { get; init; }

    /// <summary>When the bank last answered a question about its session.</summary>
    public DateTimeOffset? HeardAt { get; init; }

    /// <summary>Since when the database is known to have gone back in time; null when not, or when it was released.</summary>
    public DateTimeOffset? GapOpenedAt { get; init; }

    public bool GapOpen => GapOpenedAt is not null;

    /// <summary>The bank has told us about it since that was found: nothing about it is missed here.</summary>
    public bool HeardSinceGap => HeardAt >= GapOpenedAt;

    /// <summary>There was such a gap at some time: an order may meet a past of its own at the bank that is lost here.</summary>
    public bool AfterGap { get; init; }

    /// <summary>The bank has told us about it since the last gap was found, open or released.</summary>
    public bool HeardAfterGap { get; init; }

    /// <summary>The order was here already when the database went back: what was done for it may be lost here.</summary>
    public bool BeforeGap { get; init; }

    /// <summary>The order was here then, or came within weeks: the ERP may have inserted it anew.</summary>
    public bool SoonAfterGap { get; init; }

    /// <summary>It has been in this state since before that: nobody has looked at it.</summary>
    public bool StateBeforeGap { get; init; }

    /// <summary>So was its current session: there may have been another after it, which is lost here.</summary>
    public bool SessionBeforeGap { get; init; }

    /// <summary>The bank paid in a session before the current one, which had been proven dead.</summary>
    public bool PaidElsewhere { get; init; }

    /// <summary>Of a paid payout: what came back so far, minor units.</summary>
    public long ReturnedAmount { get; init; }

    /// <summary>Database clock when this was read.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The same for each send of one logical call: it changes only with a new session.</summary>
    public string IdempotencyKey(Step step) => $"{BankRef}:{step.Text()}:{Session?.N ?? 0}";

    /// <summary>The payout after a change. Both stores write what this says, so they cannot disagree about it.</summary>
    public Payout After(Change change)
    {
        var moved = change.To != State;
        var session = change.Session is { } s && s.N >= (Session?.N ?? 0) ? s : Session;
        var held = change.To == PayoutState.Held;
        return this with
        {
            State = change.To,
            StateSince = moved ? Now : StateSince,
            Fence = moved ? Fence + 1 : Fence,
            Session = session,
            HeldFrom =
                !held ? null
                : moved ? State
                : HeldFrom,
            HeldKind = !held ? null : change.HoldKind ?? HeldKind,
            HoldAsked = HoldAsked && !change.HoldDone,
            Reason = change.Result?.Reason ?? (moved ? null : Reason),
            Call = CallAfter(change, session),
            ConfirmIntended = session?.N == Session?.N && ConfirmIntended || change.Intent == Step.Confirm,
            StateBeforeGap = StateBeforeGap && !moved,
            SessionBeforeGap = SessionBeforeGap && session?.N == Session?.N,
            PaidElsewhere = PaidElsewhere || change.Session is { Use: SessionUse.Paid } paid && paid.N < Session?.N,
            OverLimit = null,
            HeardAt = change.Heard ? Now : HeardAt,
            HeardAfterGap = HeardAfterGap || AfterGap && change.Heard,
            Claims = change.DueIn is null ? Claims : 0,
            Polls =
                moved ? 0
                : change.Asked ? Polls + 1
                : Polls,
            ReturnedAmount = change.Result?.ReturnedAmount ?? ReturnedAmount,
        };
    }

    private BankCall? CallAfter(Change change, BankSession? session)
    {
        var call = session?.N == Session?.N ? Call : null;
        if (change.Intent is { } intent)
            return new BankCall(intent, call?.Step == intent ? call.Sends + 1 : 1, Now);
        if (change.Outcome is { } outcome && call?.Step == outcome.Step && outcome.SessionN == session?.N)
        {
            var refused = (outcome.Answer as Bank131.Client.BankAnswer.Refused)?.Error;
            var sends = outcome.Answer is Bank131.Client.BankAnswer.NotSent ? call.Sends - 1 : call.Sends;
            call = call with { Sends = sends, RefusedCode = refused?.Code, RefusedText = refused?.Description };
        }
        // What is intended next belongs to the next state; a payout that waits to be confirmed has no call of it yet.
        return change.To == PayoutState.Ready && call?.Step == Step.Start ? null : call;
    }
}

/// <param name="Reason">Names the limit and the numbers; no person and no account.</param>
/// <param name="Subject">Of the alarm: the limit and the day.</param>
internal sealed record OverLimit(string Reason, string Subject);

/// <summary>Why a payout needs a person; the three are released differently.</summary>
internal enum HoldKind
{
    /// <summary>Nothing can have been paid. Release goes on.</summary>
    BeforeMoney,

    /// <summary>It may have been paid. Release asks again, it never sends.</summary>
    OutcomeUnknown,

    /// <summary>The bank shows something else than was ordered. Never confirmed; it can only be cancelled.</summary>
    Mismatch,
}

/// <summary>A session opened for a payout.</summary>
/// <param name="N">1 for the first; part of the idempotency keys.</param>
/// <param name="BankId">The bank's id; null until known.</param>
/// <param name="ConfirmInformation">As first received, raw; echoed in confirm.</param>
/// <param name="Echo">The guarded fields of that evidence, see <see cref="Decisions.Echo"/>.</param>
internal sealed record BankSession(int N, string? BankId, SessionUse Use, string? ConfirmInformation, string? Echo)
{
    /// <summary>Why what the bank showed first cannot be decrypted; null: it can, or there is none.</summary>
    public string? Unreadable { get; init; }
}

internal enum SessionUse
{
    /// <summary>Nothing was started in it.</summary>
    Empty,

    /// <summary>A payout was or may have been started in it: at most one such session per payout.</summary>
    Armed,

    /// <summary>Proven by the bank never to pay.</summary>
    Dead,

    /// <summary>The bank paid in it although it had been proven dead, or although another one was paid.</summary>
    Paid,
}

/// <summary>One logical call; re-sends keep its key.</summary>
/// <param name="Sends">How often it may have left; what provably did not leave does not count.</param>
/// <param name="RefusedCode">The bank's error code, when its last word on this call was a refusal.</param>
internal sealed record BankCall(
    Step Step,
    int Sends,
    DateTimeOffset LastSentAt,
    string? RefusedCode = null,
    string? RefusedText = null
);
