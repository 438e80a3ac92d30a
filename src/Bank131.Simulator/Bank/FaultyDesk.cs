using System.Text;

namespace Bank131.Simulator;

/// <summary>The way to the counter and back, with what can go wrong on it.</summary>
internal sealed class FaultyDesk(BankState state, ScriptBook scripts, SessionDesk desk, WebhookDesk webhooks)
{
    private static readonly byte[] Page = "<html><body><h1>Service page</h1></body></html>"u8.ToArray();

    public BankReply Serve(BankRoute route, BankRequest request, SimulatedProject project)
    {
        var (session, payee, amount) = About(route, request);
        if (scripts.Strike(route.Step, payee, amount) is not { } fault)
            return desk.Serve(route, request, project);
        state.Tell(
            BankEventKind.Fault,
            project.PartnerProject,
            session?.Id,
            payee,
            amount,
            $"{fault.Kind} at {route.Step}"
        );
        return Strike(fault, () => desk.Serve(route, request, project), request.Path);
    }

    private BankReply Strike(CallFault fault, Func<BankReply> process, string path) =>
        fault.Kind switch
        {
            CallFaultKind.RequestLost => Broken(fault, []),
            CallFaultKind.AnswerLost => Broken(fault, process().SendFirst),
            CallFaultKind.LateDelivery => Late(fault, process),
            CallFaultKind.ErrorBefore => Error(fault.HttpStatus ?? 500, fault.Text),
            CallFaultKind.ErrorAfter => Error(fault.HttpStatus ?? 500, fault.Text) with
            {
                SendFirst = process().SendFirst,
            },
            CallFaultKind.TooManyRequests => Error(429) with { RetryAfter = fault.RetryAfter },
            CallFaultKind.Slow => process() with { Delay = fault.Delay * state.Options.Scale },
            CallFaultKind.Garbage => process() with
            {
                HttpStatus = 200,
                Body = [.. Page, .. Encoding.UTF8.GetBytes(fault.Text ?? "")],
                ContentType = "text/html",
            },
            CallFaultKind.Truncated => process() with { Fate = ReplyFate.Truncate },
            CallFaultKind.WrongSession => WrongSession(process()),
            CallFaultKind.Redirect => new BankReply(307, []) { Location = fault.Location ?? "/" + path.TrimStart('/') },
            CallFaultKind.Doubled => Doubled(fault, process),
            _ => throw new InvalidOperationException($"a fault of kind {fault.Kind} is not known"),
        };

    private BankReply Late(CallFault fault, Func<BankReply> process)
    {
        state.PlanIn(fault.Delay, () => webhooks.PostAll(process().SendFirst));
        return Broken(fault, []);
    }

    private BankReply Doubled(CallFault fault, Func<BankReply> process)
    {
        var first = process();
        if (fault.Delay > TimeSpan.Zero)
            state.PlanIn(fault.Delay, () => webhooks.PostAll(process().SendFirst));
        else
            webhooks.PostAll(process().SendFirst);
        return first;
    }

    private BankReply Error(int http, string? text = null) =>
        new(http, state.Writer.Error("internal_error", text ?? "try again later"));

    private static BankReply Broken(CallFault fault, IReadOnlyList<WebhookDelivery> first) =>
        new(0, []) { Fate = fault.Silent ? ReplyFate.Silence : ReplyFate.Reset, SendFirst = first };

    private static BankReply WrongSession(BankReply reply)
    {
        var text = Encoding.UTF8.GetString(reply.Body);
        return reply with
        {
            Body = Encoding.UTF8.GetBytes(text.Replace("\"ps_", "\"ps_9000", StringComparison.Ordinal)),
        };
    }

    private (BankSession? Session, string? Payee, long? Amount) About(BankRoute route, BankRequest request)
    {
        if (!scripts.LooksAtPayees || BankCall.Read(request.Body, route, out _) is not { } call)
            return (null, null, null);
        var session = call.SessionId is null ? null : state.Sessions.GetValueOrDefault(call.SessionId);
        return (session, call.Order.Payee ?? session?.Payee, call.Order.Amount ?? session?.Amount);
    }
}
