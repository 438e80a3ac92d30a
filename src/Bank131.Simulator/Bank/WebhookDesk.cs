namespace Bank131.Simulator;

/// <summary>Webhooks on their way out: which, when, how often.</summary>
internal sealed class WebhookDesk(BankState state, ScriptBook scripts)
{
    private readonly List<WebhookDelivery> _outbox = [];
    private List<WebhookDelivery>? _first;
    private string? _firstType;
    private long _number;

    public bool HasMail => _outbox.Count > 0;

    /// <summary>Tells the partner what the session looks like now.</summary>
    public void Send(BankSession session, string type)
    {
        if (session.Project.WebhookUrl is null)
            return;
        var names = state.Policies.WebhookNames is 1 or 2 ? state.Policies.WebhookNames : session.Version;
        var delivery = New(session, type, state.Writer.Webhook(session, type, names), forged: false);
        var first = _first is not null && type == _firstType;
        var (lost, held, delay, copies) = (false, false, TimeSpan.Zero, 1);
        foreach (var fault in scripts.Strike(type, session.Payee, session.Amount))
        {
            state.Emit(BankEventKind.Fault, session, fault.Kind.ToString());
            lost |= fault.Kind == WebhookFaultKind.Lost;
            held |= fault.Kind == WebhookFaultKind.Reordered;
            if (fault.Kind is WebhookFaultKind.Delayed or WebhookFaultKind.Reordered)
                delay = fault.Delay;
            if (fault.Kind == WebhookFaultKind.Doubled)
                copies = fault.Copies;
            if (fault.Kind == WebhookFaultKind.Forged)
                Post(New(session, WebhookType.PaymentFinished, state.Writer.ForgedSuccess(session), forged: true));
            if (fault.Kind == WebhookFaultKind.UnknownType)
                Post(New(session, WebhookType.Unheard, Unheard(session, names), forged: false));
        }
        if (lost)
            return;
        for (var i = 0; i < copies; i++)
            Route(i == 0 ? delivery : New(session, type, delivery.Body, forged: false), first, held, delay);
        if (!held)
            ReleaseOvertaken(session);
    }

    /// <summary>Until <see cref="TakeFirst"/>, webhooks of this type are set aside to precede the answer.</summary>
    public void OpenFirst(string type) => (_first, _firstType) = ([], type);

    public IReadOnlyList<WebhookDelivery> TakeFirst()
    {
        var first = _first ?? [];
        _first = null;
        return first;
    }

    /// <summary>These leave now, beside the mail.</summary>
    public void LeaveAll(IReadOnlyList<WebhookDelivery> deliveries)
    {
        foreach (var delivery in deliveries)
            Leave(delivery);
    }

    /// <summary>These leave with the mail after all: the call that they should precede gets no answer.</summary>
    public void PostAll(IReadOnlyList<WebhookDelivery> deliveries) => _outbox.AddRange(deliveries);

    public IReadOnlyList<WebhookDelivery> TakeMail()
    {
        if (_outbox.Count == 0)
            return [];
        WebhookDelivery[] mail = [.. _outbox];
        _outbox.Clear();
        LeaveAll(mail);
        return mail;
    }

    /// <param name="httpStatus">Null: no answer.</param>
    public void Answered(WebhookDelivery delivery, int? httpStatus)
    {
        state.Emit(BankEventKind.WebhookAnswered, delivery, httpStatus);
        if (httpStatus is >= 200 and < 300 || delivery.Forged)
            return;
        var retry = state.Options.WebhookRetry;
        var pause = retry.After(delivery.Attempt) * state.Options.Scale;
        if (retry.StopAfter is { } stop && state.Now + pause > delivery.FirstSentAt + stop * state.Options.Scale)
            return;
        state.Agenda.Plan(state.Now + pause, () => Post(delivery));
    }

    private void Route(WebhookDelivery delivery, bool first, bool held, TimeSpan delay)
    {
        if (first)
            _first!.Add(delivery);
        else if (held)
            Hold(delivery, delay);
        else if (delay > TimeSpan.Zero)
            state.PlanIn(delay, () => Post(delivery));
        else
            Post(delivery);
    }

    private void Hold(WebhookDelivery delivery, TimeSpan longest)
    {
        var overtaken = delivery.Session.Overtaken;
        overtaken.Add(delivery);
        state.PlanIn(
            longest,
            () =>
            {
                if (overtaken.Remove(delivery))
                    Post(delivery);
            }
        );
    }

    // A tick later, so that a transport that sends in parallel still starts the overtaking one first.
    private void ReleaseOvertaken(BankSession session)
    {
        if (session.Overtaken.Count == 0)
            return;
        WebhookDelivery[] overtaken = [.. session.Overtaken];
        session.Overtaken.Clear();
        foreach (var delivery in overtaken)
            state.PlanIn(TimeSpan.FromMilliseconds(20), () => Post(delivery));
    }

    private byte[] Unheard(BankSession session, int names) => state.Writer.Webhook(session, WebhookType.Unheard, names);

    private WebhookDelivery New(BankSession session, string type, byte[] body, bool forged) =>
        new(++_number, session, type, body, forged);

    private void Post(WebhookDelivery delivery) => _outbox.Add(delivery);

    private void Leave(WebhookDelivery delivery)
    {
        if (++delivery.Attempt == 1)
            delivery.FirstSentAt = state.Now;
        state.Emit(BankEventKind.WebhookSending, delivery, null);
    }
}
