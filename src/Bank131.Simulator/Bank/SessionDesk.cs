using System.Text.Json;

namespace Bank131.Simulator;

/// <summary>The bank's counter: takes a well-formed call, changes the session, answers.</summary>
internal sealed class SessionDesk(BankState state, ScriptBook scripts, Lifecycle lifecycle, WebhookDesk webhooks)
{
    private readonly StatementDesk _statements = new(state, scripts);
    private readonly Dictionary<string, BankReply?> _keys = new(StringComparer.Ordinal);

    public BankReply Serve(BankRoute route, BankRequest request, SimulatedProject project)
    {
        var policy = state.Policies.DuplicateKey;
        if (
            route.Step is BankStep.Status or BankStep.Statement
            || request.IdempotencyKey is null
            || policy == DuplicateKey.Ignore
        )
            return ServeOnce(route, request, project);
        var key = $"{project.PartnerProject}\n{request.IdempotencyKey}";
        if (_keys.TryGetValue(key, out var before))
            return before ?? Refuse("idempotency_key_already_exists", "the key was used before", project, null);
        var reply = ServeOnce(route, request, project);
        if (reply.IsAccepted || state.Policies.RefusedKeyIsUsed)
            _keys[key] = policy == DuplicateKey.Replay ? reply with { SendFirst = [] } : null;
        return reply;
    }

    public BankReply Refuse(string code, string description, SimulatedProject? project, BankSession? session)
    {
        state.Tell(BankEventKind.Refused, project?.PartnerProject, session?.Id, session?.Payee, session?.Amount, code);
        var http = state.Policies.HttpStatuses.GetValueOrDefault(code, state.Policies.HttpStatus);
        return new BankReply(http, state.Writer.Error(code, description)) { Code = code };
    }

    private BankReply ServeOnce(BankRoute route, BankRequest request, SimulatedProject project)
    {
        if (route.Step == BankStep.Statement)
            return _statements.Serve(request) ?? Refuse("invalid_request", "account, or one day", project, null);
        if (BankCall.Read(request.Body, route, out var reason) is not { } call)
            return Refuse("invalid_request", reason, project, null);
        if (route.Step == BankStep.Create)
            return Create(route, call, project);
        if (route.Step == BankStep.Init)
            return Begin(route, call, NewSession(route, call, project), isNew: true);
        if (!state.Sessions.TryGetValue(call.SessionId!, out var session) || session.Project != project)
            return Refuse(state.Policies.UnknownSessionCode, "no such session", project, null);
        return route.Step switch
        {
            BankStep.Start => Start(route, call, session),
            BankStep.Confirm => Confirm(route, call, session),
            BankStep.Cancel => Cancel(route, session),
            _ => Status(route, session),
        };
    }

    private BankReply Create(BankRoute route, BankCall call, SimulatedProject project)
    {
        var session = NewSession(route, call, project);
        session.Prefilled = call.Order;
        state.Sessions.Add(session.Id, session);
        state.Changed(session);
        state.Emit(BankEventKind.Created, session);
        return Accepted(route, session);
    }

    private BankReply Start(BankRoute route, BankCall call, BankSession session)
    {
        if (session.Cancelling || session.State is not (SessionState.Created or SessionState.InProgress))
            return WrongState(session);
        if (session.Payouts.Count > 0 && state.Policies.SecondStart == SecondStart.Refuse)
            return WrongState(session);
        return Begin(route, call, session, isNew: false);
    }

    private BankReply Begin(BankRoute route, BankCall call, BankSession session, bool isNew)
    {
        var order = call.Order.Over(session.Prefilled);
        if (OrderRules.Broken(order, route.Rko, state.Policies.CheckControlKeys) is { } broken)
            return Refuse("invalid_request", broken, session.Project, isNew ? null : session);
        var script = scripts.FindForNew(order.Payee!, order.Amount!.Value);
        var outcome = scripts.OutcomeOf(script);
        if (outcome == Outcome.RefuseStart)
        {
            var code = script?.Script.Code ?? "insufficient_wallet_balance";
            return Refuse(code, code.Replace('_', ' '), session.Project, isNew ? null : session);
        }
        if (isNew)
            state.Sessions.Add(session.Id, session);
        session.Rko = route.Rko;
        session.Version = route.Version;
        session.State = SessionState.InProgress;
        var payout = AddPayout(call, session, order, script, outcome);
        if (script?.Script.SecondPayout == true)
            AddPayout(call, session, order, script, outcome);
        state.Changed(session);
        state.Emit(isNew ? BankEventKind.Inited : BankEventKind.Started, session);
        lifecycle.BeginCheck(session, payout);

        var automatic = session.Project.AutoConfirm;
        var answer = Accepted(route, session);
        return AfterFirst(
            answer,
            session,
            automatic ? WebhookType.PaymentFinished : WebhookType.ReadyToConfirm,
            () =>
            {
                lifecycle.CheckDone(session);
                if (automatic)
                    lifecycle.PayDone(session);
            }
        );
    }

    private BankReply Confirm(BankRoute route, BankCall call, BankSession session)
    {
        if (session is { State: SessionState.InProgress, AwaitsConfirm: false, Confirms: > 0, Cancelling: false })
            return state.Policies.SecondConfirm == SecondConfirm.AcceptQuietly
                ? Accepted(route, session)
                : WrongState(session);
        if (!session.AwaitsConfirm)
            return WrongState(session);
        if (session.Rko && !EchoIsGood(session, call.ConfirmInformation))
            return Refuse("invalid_request", "confirm_information is not what was sent", session.Project, session);
        session.AwaitsConfirm = false;
        session.Stage++;
        session.Confirms++;
        foreach (var payout in session.Payouts)
            if (payout.State == PayoutState.Pending)
                lifecycle.Release(session, payout);
        state.Changed(session);
        state.Emit(BankEventKind.Confirmed, session);
        var answer = Accepted(route, session);
        return AfterFirst(answer, session, WebhookType.PaymentFinished, () => lifecycle.PayDone(session));
    }

    private BankReply Cancel(BankRoute route, BankSession session)
    {
        if (session.Cancelling || (session.State != SessionState.Created && !session.AwaitsConfirm))
            return WrongState(session);
        session.Cancelling = true;
        session.AwaitsConfirm = false;
        session.Stage++;
        state.Changed(session);
        state.Emit(BankEventKind.Cancelled, session);
        lifecycle.BeginCancel(session);
        var answer = Accepted(route, session);
        return AfterFirst(answer, session, WebhookType.PaymentFinished, () => lifecycle.CancelDone(session));
    }

    private BankReply Status(BankRoute route, BankSession session)
    {
        state.Emit(BankEventKind.StatusAsked, session);
        return new BankReply(200, state.StatusAnswer(session, route.Version)) { IsAccepted = true };
    }

    private BankPayout AddPayout(
        BankCall call,
        BankSession session,
        PayoutOrder order,
        ScriptRun? script,
        Outcome outcome
    )
    {
        var (shown, toConfirm, executed) = (order, order, order);
        foreach (var mismatch in script?.Script.Mismatches ?? [])
        {
            executed = executed.With(mismatch.Field);
            if (mismatch.Place != MismatchPlace.ConfirmInformation)
                shown = shown.With(mismatch.Field);
            if (mismatch.Place != MismatchPlace.Payments)
                toConfirm = toConfirm.With(mismatch.Field);
        }
        var payout = new BankPayout(state.NextPayoutId(), order, script, outcome, state.Now)
        {
            Shown = shown,
            ShownToConfirm = toConfirm,
            Executed = executed,
            Metadata = call.Metadata ?? session.Metadata,
        };
        session.Payouts.Add(payout);
        return payout;
    }

    // What a scripted "webhook before the answer" needs: the bank goes on at once, the answer stays as it was.
    private BankReply AfterFirst(BankReply answer, BankSession session, string type, Action goOn)
    {
        if (session.Project.WebhookUrl is null || !scripts.WantsBeforeAnswer(type, session.Payee, session.Amount))
            return answer;
        webhooks.OpenFirst(type);
        goOn();
        return answer with { SendFirst = webhooks.TakeFirst() };
    }

    private bool EchoIsGood(BankSession session, string? echoed)
    {
        if (echoed is null || session.ConfirmInformation is null)
            return false;
        if (state.Policies.ConfirmEcho == ConfirmEcho.Ignore)
            return true;
        if (System.Text.Encoding.UTF8.GetBytes(echoed).AsSpan().SequenceEqual(session.ConfirmInformation))
            return true;
        if (state.Policies.ConfirmEcho == ConfirmEcho.SameBytes)
            return false;
        using var theirs = JsonDocument.Parse(echoed);
        using var ours = JsonDocument.Parse(session.ConfirmInformation);
        return JsonElement.DeepEquals(theirs.RootElement, ours.RootElement);
    }

    private BankSession NewSession(BankRoute route, BankCall call, SimulatedProject project) =>
        new(state.NextSessionId(), project, route.Rko, route.Version, state.Now) { Metadata = call.Metadata };

    private BankReply Accepted(BankRoute route, BankSession session) =>
        new(200, state.Writer.Answer(session, route.Version, withConfirmInformation: false)) { IsAccepted = true };

    private BankReply WrongState(BankSession session) =>
        Refuse("session_wrong_state", "impossible in this status", session.Project, session);
}
