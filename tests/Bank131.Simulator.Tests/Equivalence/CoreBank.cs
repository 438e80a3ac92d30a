namespace Bank131.Simulator.Tests.Equivalence;

/// <summary>The bank as the simulation uses it: its core alone, in one thread, webhooks taken where they are due.</summary>
internal sealed class CoreBank(SimulatorOptions options, ManualTime time) : IDisposable
{
    private readonly List<BankEvent> _events = [];
    private readonly List<byte[]> _webhooks = [];
    private BankMachine? _machine;

    public BankMachine Machine => _machine ??= new BankMachine(options with { CheckSignatures = false }, _events.Add);
    public int WebhookAnswer { get; set; } = 200;
    public IReadOnlyList<BankEvent> Events => _events;
    public IReadOnlyList<byte[]> Webhooks => _webhooks;

    public IReadOnlyList<byte[]> Shown =>
        [.. Machine.Sessions.OrderBy(session => session.Id.Length).ThenBy(session => session.Id).Select(Show)];

    /// <returns>HTTP status and body; status 0 where the connection breaks.</returns>
    public (int Status, byte[] Body) Send(Call call)
    {
        var request = new BankRequest(call.Project, "/" + call.Path, call.Body, null, call.Key);
        // The simulation signs nothing: a signature that is not good is the HTTP shell's to find.
        var caller = Machine.Authenticate(request);
        if (call.Signature is not null && caller.ErrorCode is null)
            caller = caller with { ErrorCode = "authentication_error" };
        var reply = Machine.Handle(request, caller, time.Now);
        foreach (var delivery in reply.SendFirst)
            Deliver(delivery);
        Settle();
        return reply.Fate == ReplyFate.Answer ? (reply.HttpStatus, reply.Body) : (0, []);
    }

    /// <summary>Does what is due by now, and what comes of it.</summary>
    public void Settle()
    {
        while (Machine.Advance(time.Now) is { Count: > 0 } mail)
            foreach (var delivery in mail)
                Deliver(delivery);
    }

    public void Dispose() => _machine?.Dispose();

    private void Deliver(WebhookDelivery delivery)
    {
        _webhooks.Add(delivery.Body);
        Machine.WebhookAnswered(delivery, delivery.Forged ? 401 : WebhookAnswer, time.Now);
    }

    private byte[] Show(BankSession session) => Machine.Show(session.Id)!;
}
