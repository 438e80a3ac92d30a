using PayoutWorker.Payouts;

namespace PayoutWorker.Lab.Simulation.Model;

/// <summary>One payout in all its tables: outbox, work, bank_session, bank_call, event, return_watch.</summary>
internal sealed class ModelRow(long id, Order order, string bankRef, DateTimeOffset now)
{
    public long Id { get; } = id;
    public DateTimeOffset CreatedAt { get; private set; } = now;
    public Order Order { get; set; } = order;

    /// <summary>As the ERP has it, whatever was erased here since.</summary>
    public Order Ordered { get; } = order;
    public string BankRef { get; } = bankRef;

    // work; State is that of work while open, of outbox when not.
    public bool IsOpen { get; set; } = true;
    public PayoutState State { get; set; }
    public DateTimeOffset StateSince { get; set; } = now;
    public DateTimeOffset DueAt { get; set; } = now;
    public long Fence { get; set; }
    public bool Cancel { get; set; }
    public bool Hold { get; set; }
    public PayoutState? HeldFrom { get; set; }
    public HoldKind? HeldKind { get; set; }
    public string? Project { get; set; }
    public int Priority { get; set; }
    public int SessionN { get; set; }
    public int Claims { get; set; }
    public int Polls { get; set; }
    public DateTimeOffset? HeardAt { get; set; }

    // Results of outbox.
    public PayoutState? Shown { get; set; }
    public Result Result { get; set; } = new();
    public string? ResultProject { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }

    public SortedList<int, BankSession> Sessions { get; private set; } = [];
    public Dictionary<int, DateTimeOffset> SessionsOpenedAt { get; private set; } = [];
    public Dictionary<(int N, Step Step), ModelCall> Calls { get; private set; } = [];
    public List<ModelEvent> Events { get; private set; } = [];

    // return_watch; null NextReturn: not watched.
    public DateTimeOffset? NextReturn { get; set; }
    public DateTimeOffset PaidAt { get; set; }
    public int ReturnsAsked { get; set; }

    public BankSession? Newest => Sessions.Count == 0 ? null : Sessions.GetValueAtIndex(Sessions.Count - 1);

    /// <summary>All of it as it is now, for a backup.</summary>
    public ModelRow Copy()
    {
        var copy = (ModelRow)MemberwiseClone();
        copy.Sessions = new SortedList<int, BankSession>(Sessions);
        copy.SessionsOpenedAt = new Dictionary<int, DateTimeOffset>(SessionsOpenedAt);
        copy.Calls = Calls.ToDictionary(call => call.Key, call => call.Value.Copy());
        copy.Events = [.. Events];
        return copy;
    }

    /// <summary>Back to what it was in a backup, or to an order that was just inserted.</summary>
    public void Restore(ModelRow backup)
    {
        var copy = backup.Copy();
        (CreatedAt, Order, IsOpen, State) = (copy.CreatedAt, copy.Order, copy.IsOpen, copy.State);
        (StateSince, DueAt, Fence, Cancel, Hold) = (copy.StateSince, copy.DueAt, copy.Fence, copy.Cancel, copy.Hold);
        (HeldFrom, HeldKind, Project, Priority) = (copy.HeldFrom, copy.HeldKind, copy.Project, copy.Priority);
        (SessionN, Claims, Polls, HeardAt) = (copy.SessionN, copy.Claims, copy.Polls, copy.HeardAt);
        (Shown, Result, ResultProject, FinishedAt) = (copy.Shown, copy.Result, copy.ResultProject, copy.FinishedAt);
        (Sessions, SessionsOpenedAt, Calls, Events) = (copy.Sessions, copy.SessionsOpenedAt, copy.Calls, copy.Events);
        (NextReturn, PaidAt, ReturnsAsked) = (copy.NextReturn, copy.PaidAt, copy.ReturnsAsked);
    }

    /// <summary>As read_payouts.sql reads it.</summary>
    public Payout Read(DateTimeOffset now, bool stopped, ModelGaps gaps)
    {
        var session = Newest;
        return new Payout
        {
            Id = Id,
            Order = Order,
            State = State,
            StateSince = IsOpen ? StateSince : FinishedAt ?? now,
            Fence = IsOpen ? Fence : 0,
            CancelAsked = IsOpen && Cancel,
            HoldAsked = IsOpen && Hold,
            HeldFrom = IsOpen ? HeldFrom : null,
            HeldKind = IsOpen ? HeldKind : null,
            Reason = Result.Reason,
            Project = IsOpen ? Project : ResultProject,
            BankRef = BankRef,
            Session = session,
            Call = session is null ? null : CallOf(session.N),
            ConfirmIntended = session is not null && Calls.ContainsKey((session.N, Step.Confirm)),
            PaidElsewhere = Sessions.Values.Any(one => one.Use == SessionUse.Paid && one.N < session!.N),
            GapOpenedAt = gaps.OpenedAt,
            AfterGap = gaps.LastFoundAt is not null,
            BeforeGap = CreatedAt <= gaps.LastFoundAt,
            SoonAfterGap = CreatedAt <= gaps.LastFoundAt + TimeSpan.FromDays(30),
            StateBeforeGap = IsOpen && StateSince <= gaps.LastFoundAt,
            HeardAfterGap = IsOpen && HeardAt >= gaps.LastFoundAt,
            SessionBeforeGap = session is not null && SessionsOpenedAt[session.N] <= gaps.LastFoundAt,
            Claims = IsOpen ? Claims : 0,
            Polls = IsOpen ? Polls : 0,
            Stopped = IsOpen && stopped,
            HeardAt = IsOpen ? HeardAt : null,
            ReturnedAmount = Result.ReturnedAmount,
            Now = now,
        };
    }

    private BankCall? CallOf(int n) =>
        IsOpen && StepOfState() is { } step && Calls.TryGetValue((n, step), out var call)
            ? new BankCall(
                step,
                call.Sends,
                call.LastSentAt,
                call.Outcome == "refused" ? call.Code : null,
                call.Outcome == "refused" ? call.Text : null
            )
            : null;

    private Step? StepOfState()
    {
        if (
            State == PayoutState.Cancelling
            || HeldKind == HoldKind.Mismatch
            || (Cancel && State is PayoutState.Ready or PayoutState.Held)
        )
            return Step.Cancel;
        return (HeldFrom ?? State) switch
        {
            PayoutState.Creating => Step.Create,
            PayoutState.Created or PayoutState.Starting => Step.Start,
            PayoutState.Initiating => Step.Init,
            PayoutState.Ready or PayoutState.Confirming or PayoutState.Confirmed => Step.Confirm,
            _ => null,
        };
    }
}
