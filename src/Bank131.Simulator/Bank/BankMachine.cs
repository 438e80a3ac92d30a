using Bank131.Signing;

namespace Bank131.Simulator;

/// <summary>
/// The bank itself: no HTTP, no threads, no clock. The same options, calls and times give the same bytes. One thread at
/// a time; only <see cref="Authenticate"/> and <see cref="Ledger"/> may be used from others meanwhile.
/// </summary>
internal sealed class BankMachine : IDisposable
{
    private const string FirstKey = "first";
    private const string NextKey = "next";

    private readonly SimulatorOptions _options;
    private readonly BankState _state;
    private readonly ScriptBook _scripts;
    private readonly WebhookDesk _webhooks;
    private readonly SessionDesk _desk;
    private readonly FaultyDesk _faulty;
    private readonly Dictionary<string, (SimulatedProject Project, VerifyingKeys? Keys)> _projects;

    private volatile bool _onlyNextKeys;

    /// <param name="observer">Told of everything at the moment it happens, within the call that made it happen.</param>
    public BankMachine(SimulatorOptions options, Action<BankEvent>? observer = null)
    {
        _options = options;
        _state = new BankState(options, observer);
        _scripts = new ScriptBook(options.RandomFaults);
        _webhooks = new WebhookDesk(_state, _scripts);
        var lifecycle = new Lifecycle(_state, _scripts, _webhooks);
        _desk = new SessionDesk(_state, _scripts, lifecycle, _webhooks);
        _faulty = new FaultyDesk(_state, _scripts, _desk, _webhooks);
        _projects = options.Projects.ToDictionary(p => p.PartnerProject, p => (p, KeysOf(p)), StringComparer.Ordinal);
    }

    public BankLedger Ledger => _state.Ledger;
    public IReadOnlyCollection<BankSession> Sessions => _state.Sessions.Values;

    /// <summary>
    /// When <see cref="Advance"/> has something to do next; the past if webhooks wait; null if nothing will.
    /// </summary>
    public DateTimeOffset? NextDue => _webhooks.HasMail ? DateTimeOffset.MinValue : _state.Agenda.NextDue;

    /// <summary>Project first, then the signature over the raw bytes.</summary>
    public BankCaller Authenticate(BankRequest request)
    {
        if (request.Project is null || !_projects.TryGetValue(request.Project, out var known))
            return new BankCaller(null, "identification_error");
        var good = known.Keys is null || IsGood(known.Keys.Verify(request.Body.Span, request.Signature));
        return new BankCaller(known.Project, good ? null : "authentication_error");
    }

    /// <summary>From now on the partners' first keys are refused.</summary>
    public void UseNextPartnerKeys() => _onlyNextKeys = true;

    public BankReply Handle(BankRequest request, DateTimeOffset now) => Handle(request, Authenticate(request), now);

    /// <param name="caller">What <see cref="Authenticate"/> said, where it was asked outside of a lock.</param>
    public BankReply Handle(BankRequest request, BankCaller caller, DateTimeOffset now)
    {
        _state.MoveTo(now);
        if (BankRoute.Find(request.Path) is not { } route)
            return _desk.Refuse("invalid_request", "no such method", caller.Project, null) with { HttpStatus = 404 };
        if (caller.Project is null || caller.ErrorCode is not null)
            return _desk.Refuse(caller.ErrorCode!, "not recognised", caller.Project, null);
        var reply = _faulty.Serve(route, request, caller.Project);
        _webhooks.LeaveAll(reply.SendFirst);
        return reply;
    }

    /// <summary>A call came that is one too many: it is noted, and nobody processes it.</summary>
    public void NoteTooMany(string? project, DateTimeOffset now)
    {
        _state.MoveTo(now);
        _state.Tell(BankEventKind.TooMany, project, null, null, null, null);
    }

    /// <summary>Does everything that is due and returns the webhooks to deliver, each to be reported back.</summary>
    public IReadOnlyList<WebhookDelivery> Advance(DateTimeOffset now)
    {
        while (_state.Agenda.TryTake(now, out var due, out var act))
        {
            _state.MoveTo(due);
            act();
        }
        _state.MoveTo(now);
        return _webhooks.TakeMail();
    }

    /// <summary>What the partner said to a webhook; a repeat is planned if it was no 2xx.</summary>
    /// <param name="httpStatus">Null: no answer.</param>
    public void WebhookAnswered(WebhookDelivery delivery, int? httpStatus, DateTimeOffset now)
    {
        _state.MoveTo(now);
        _webhooks.Answered(delivery, httpStatus);
    }

    public void Script(PayoutScript script) => _scripts.Add(script);

    public void Script(CallFault fault) => _scripts.Add(fault);

    public void Script(WebhookFault fault) => _scripts.Add(fault);

    public void Script(StatementFault fault) => _scripts.Add(fault);

    /// <summary>Replaces faults by chance; null ends them.</summary>
    public void Script(RandomFaults? random) => _scripts.Random = random;

    public void ClearFaults() => _scripts.ClearFaults();

    public void ClearScripts() => _scripts.Clear();

    /// <summary>The session as its partner would see it in session/status; null if there is none.</summary>
    public byte[]? Show(string sessionId, int version = 1) =>
        _state.Sessions.TryGetValue(sessionId, out var session) ? _state.StatusAnswer(session, version) : null;

    public void Dispose()
    {
        foreach (var (_, keys) in _projects.Values)
            keys?.Dispose();
        _state.Dispose();
    }

    private VerifyingKeys? KeysOf(SimulatedProject project)
    {
        if (!_options.CheckSignatures)
            return null;
        var pem = project.PartnerPublicKeyPem;
        return pem is null
            ? throw new ArgumentException($"project {project.PartnerProject}: expected a public key, got none")
            : new VerifyingKeys(
                project.NextPartnerPublicKeyPem is { } next ? [(FirstKey, pem), (NextKey, next)] : [(FirstKey, pem)]
            );
    }

    private bool IsGood(string? keyId) => keyId == NextKey || (keyId == FirstKey && !_onlyNextKeys);
}
