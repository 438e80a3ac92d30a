namespace Bank131.Simulator;

/// <summary>What the parts of the bank share: sessions, numbers, time and who is told.</summary>
internal sealed class BankState(SimulatorOptions options, Action<BankEvent>? observer) : IDisposable
{
    private readonly long[] _counts = new long[Enum.GetValues<BankEventKind>().Length];
    private readonly TimeSpan _statusLag = options.Delays.StatusLag * options.Scale;
    private long _events;
    private long _sessions;
    private long _payouts;
    private long _refunds;

    public SimulatorOptions Options { get; } = options;
    public BankPolicies Policies => Options.Policies;
    public Agenda Agenda { get; } = new();
    public BankLedger Ledger { get; } = new();
    public SessionWriter Writer { get; } = new();
    public Dictionary<string, BankSession> Sessions { get; } = new(StringComparer.Ordinal);
    public DateTimeOffset Now { get; private set; }

    /// <summary>The bank's time never goes back, whatever the caller's clock does.</summary>
    public void MoveTo(DateTimeOffset now)
    {
        if (now > Now)
            Now = now;
    }

    public string NextSessionId() => $"ps_{++_sessions}";

    public string NextPayoutId() => $"po_{++_payouts}";

    public string NextRefundId() => $"rf_{++_refunds}";

    public void PlanIn(TimeSpan unscaled, Action act) => Agenda.Plan(Now + unscaled * Options.Scale, act);

    /// <summary>To be called after every change of a session that a partner can see.</summary>
    public void Changed(BankSession session)
    {
        session.UpdatedAt = Now;
        if (_statusLag > TimeSpan.Zero)
            session.Shown.Add((Now, Status(session, 1), Status(session, 2)));
    }

    /// <summary>What session/status answers now: perhaps what was true a while ago.</summary>
    public byte[] StatusAnswer(BankSession session, int version)
    {
        if (session.Shown.Count == 0)
            return Status(session, version);
        var shown = session.Shown[0];
        foreach (var later in session.Shown)
            if (later.Since <= Now - _statusLag)
                shown = later;
        return version == 1 ? shown.V1 : shown.V2;
    }

    public void Emit(BankEventKind kind, BankSession session, string? code = null, long? amount = null) =>
        Tell(kind, session.Project.PartnerProject, session.Id, session.Payee, amount ?? session.Amount, code);

    public void Emit(BankEventKind kind, WebhookDelivery delivery, int? httpStatus)
    {
        var session = delivery.Session;
        var number = ++_events;
        var count = ++_counts[(int)kind];
        observer?.Invoke(
            new BankEvent(
                number,
                Now,
                kind,
                count,
                session.Project.PartnerProject,
                session.Id,
                session.Payee,
                session.Amount,
                delivery.Forged ? "forged" : null,
                delivery.Type,
                delivery.Attempt,
                httpStatus
            )
        );
    }

    public void Tell(BankEventKind kind, string? project, string? sessionId, string? payee, long? amount, string? code)
    {
        var number = ++_events;
        var count = ++_counts[(int)kind];
        observer?.Invoke(new BankEvent(number, Now, kind, count, project, sessionId, payee, amount, code));
    }

    public void Dispose() => Writer.Dispose();

    private byte[] Status(BankSession session, int version) =>
        Writer.Answer(session, version, Policies.StatusShowsConfirmInformation);
}
