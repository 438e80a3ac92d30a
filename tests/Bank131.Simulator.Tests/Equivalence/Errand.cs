namespace Bank131.Simulator.Tests.Equivalence;

/// <summary>One thing that a partner, or time, does to the bank. Numbers are taken modulo what there is.</summary>
internal abstract record Errand
{
    private Errand() { }

    /// <param name="Key">Which idempotency key of a few; 0: none.</param>
    internal sealed record Create(int Key) : Errand;

    internal sealed record Start(int Session, int Payee, int Key, bool IsBroken) : Errand;

    internal sealed record Init(int Payee, int Key, bool ToCard) : Errand;

    internal sealed record Confirm(int Session, int Key, Information Information) : Errand;

    internal sealed record Cancel(int Session, int Key) : Errand;

    internal sealed record Status(int Session) : Errand;

    /// <summary>Something that is not a call of a partner that the bank knows.</summary>
    internal sealed record Intrude(Intrusion Kind, int Session) : Errand;

    internal sealed record Pass(int Seconds) : Errand;

    /// <summary>From now on payouts to this payee end so.</summary>
    internal sealed record Script(int Payee, Outcome Outcome, bool ComesBack, bool PaysTwice) : Errand;

    internal sealed record BreakCall(CallFaultKind Kind) : Errand;

    internal sealed record BreakWebhook(WebhookFaultKind Kind) : Errand;

    /// <summary>What the partner answers to webhooks from now on.</summary>
    internal sealed record AnswerWebhooks(int HttpStatus) : Errand;
}

internal enum Information
{
    AsShown,
    None,
    Changed,
}

internal enum Intrusion
{
    UnknownMethod,
    UnknownProject,
    BadSignature,
    SignatureOfOtherBody,
    NoSignature,
    NotJson,
    UnknownSession,
}
