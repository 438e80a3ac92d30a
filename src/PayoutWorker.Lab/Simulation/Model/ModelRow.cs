using PayoutWorker.Payouts;

namespace PayoutWorker.Lab.Simulation.Model;

/// <summary>One payout in all its tables: outbox, work, bank_session, bank_call, event, return_watch.</summary>
internal sealed class ModelRow(long id, Order order, string bankRef, DateTimeOffset now)
{
    public long Id { get; } = id;
    public Order Order { get; set; } = order;
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

    public SortedList<int, BankSession> Sessions { get; } = [];
    public Dictionary<(int N, Step Step), ModelCall> Calls { get; } = [];
    public List<ModelEvent> Events { get; } = [];

    // return_watch; null NextReturn: not watched.
    public DateTimeOffset? NextReturn { get; set; }
    public DateTimeOffset PaidAt { get; set; }
    public int ReturnsAsked { get; set; }

    public BankSession? Newest => Sessions.Count == 0 ? null : Sessions.GetValueAtIndex(Sessions.Count - 1);

    /// <summary>As read_payouts.sql reads it.</summary>
    public Payout Read(DateTimeOffset now, bool stopped)
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
