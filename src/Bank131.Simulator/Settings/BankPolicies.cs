namespace Bank131.Simulator;

/// <summary>What the bank's pages do not say. The defaults are the likeliest readings.</summary>
internal sealed record BankPolicies
{
    public SecondStart SecondStart { get; init; }
    public SecondConfirm SecondConfirm { get; init; }
    public DuplicateKey DuplicateKey { get; init; }
    public ConfirmEcho ConfirmEcho { get; init; } = ConfirmEcho.SameJson;
    public FailedSession FailedSession { get; init; }

    /// <summary>Whether a refused request uses up its idempotency key.</summary>
    public bool RefusedKeyIsUsed { get; init; } = true;

    /// <summary>Whether session/status carries <c>confirm_information</c> while a confirmation is awaited.</summary>
    public bool StatusShowsConfirmInformation { get; init; } = true;

    /// <summary>Whether <c>payment_finished</c> follows a cancel.</summary>
    public bool FinishedAfterCancel { get; init; } = true;

    /// <summary>
    /// Names in webhooks: 1 (<c>payments</c>), 2 (<c>payout_list</c>), 0 as in the call that started the payout.
    /// </summary>
    public int WebhookNames { get; init; }

    /// <summary>Checks the account's control key against the BIK; the bank's own examples would fail.</summary>
    public bool CheckControlKeys { get; init; }

    public string UnknownSessionCode { get; init; } = "invalid_request";

    /// <summary>HTTP status of an error that <see cref="HttpStatuses"/> does not name.</summary>
    public int HttpStatus { get; init; } = 400;

    /// <summary>HTTP status by error code, e.g. <c>authentication_error</c> to 401; 200 is possible too.</summary>
    public IReadOnlyDictionary<string, int> HttpStatuses { get; init; } = new Dictionary<string, int>();
}

/// <summary>A second start of a session in progress.</summary>
internal enum SecondStart
{
    Refuse,
    AddPayout,
}

/// <summary>A second confirm of a session in progress.</summary>
internal enum SecondConfirm
{
    Refuse,
    AcceptQuietly,
}

/// <summary>A repeated idempotency key: refused, answered as the first time, or not looked at.</summary>
internal enum DuplicateKey
{
    Refuse,
    Replay,
    Ignore,
}

/// <summary>How the echoed <c>confirm_information</c> is compared with what the bank sent.</summary>
internal enum ConfirmEcho
{
    Ignore,
    SameJson,
    SameBytes,
}

/// <summary>The session's status beside an ordinary failed payout.</summary>
internal enum FailedSession
{
    Cancelled,
    Error,
}
