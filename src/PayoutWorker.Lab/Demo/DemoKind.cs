using Bank131.Simulator;

namespace PayoutWorker.Lab.Demo;

/// <summary>A story that the demo tells of some payouts: what goes wrong, and how it must end all the same.</summary>
/// <param name="Title">For the table.</param>
/// <param name="Expected">The final state.</param>
/// <param name="Share">How many of a thousand payouts meet it.</param>
internal sealed record DemoKind(string Title, string Expected, int Share)
{
    public bool Card { get; init; }

    /// <summary>Pays the card over the project on which the bank waits for our confirm.</summary>
    public bool Checked { get; init; }

    public string? Flow { get; init; }

    /// <summary>What the bank does, given the payee; null: it just pays.</summary>
    public Func<string, PayoutScript>? Script { get; init; }

    /// <summary>The ERP makes this mistake.</summary>
    public string? BadBik { get; init; }

    /// <summary>The ERP asks to cancel, before the bank has asked for the confirm.</summary>
    public bool Cancel { get; init; }

    /// <summary>Money leaves the bank exactly once for these, and never for the others.</summary>
    public bool IsPaid => Expected is "paid" or "returned";

    public static IReadOnlyList<DemoKind> All { get; } =
    [
        new("account, two steps", "paid", 500),
        new("account, one request", "paid", 40) { Flow = "single_request" },
        new("card, the bank confirms", "paid", 60) { Card = true },
        new("card, we confirm", "paid", 40) { Card = true, Checked = true },
        Fault("answer to start lost", new CallFault(CallFaultKind.AnswerLost, BankStep.Start)),
        Fault("answer to confirm lost", new CallFault(CallFaultKind.AnswerLost, BankStep.Confirm)),
        Fault("start lost on the way", new CallFault(CallFaultKind.RequestLost, BankStep.Start)),
        Fault("confirm lost on the way", new CallFault(CallFaultKind.RequestLost, BankStep.Confirm)),
        Fault("HTTP 500 after confirm was taken", new CallFault(CallFaultKind.ErrorAfter, BankStep.Confirm)),
        Fault(
            "start delivered late",
            new CallFault(CallFaultKind.LateDelivery, BankStep.Start) { Delay = TimeSpan.FromSeconds(40) }
        ),
        Fault("slow answer", new CallFault(CallFaultKind.Slow, BankStep.Start) { Delay = TimeSpan.FromSeconds(15) }),
        Webhooks("webhooks lost", WebhookFaultKind.Lost),
        Webhooks("webhooks doubled", WebhookFaultKind.Doubled),
        Webhooks("webhook before the answer", WebhookFaultKind.BeforeAnswer),
        Webhooks("forged webhook first", WebhookFaultKind.Forged),
        new("card, answer lost", "paid", 20)
        {
            Card = true,
            Script = payee => new PayoutScript(payee) { Faults = [new(CallFaultKind.AnswerLost, BankStep.Init)] },
        },
        new("session error that resolves", "paid", 20)
        {
            Script = payee => new PayoutScript(payee)
            {
                Outcome = Outcome.Error,
                ResolvesAfter = TimeSpan.FromMinutes(1),
                ResolvesPaid = true,
                ErrorShowsFailed = true,
            },
        },
        new("refused at start", "failed", 30) { Script = Ends(Outcome.RefuseStart) },
        new("failed after confirm", "failed", 30) { Script = Ends(Outcome.FailAfterConfirm) },
        new("the bank shows another payee", "held", 20) { Script = Shows(MismatchField.Account) },
        new("the bank shows another amount", "held", 10) { Script = Shows(MismatchField.Amount) },
        new("card, nothing heard of it", "held", 5)
        {
            Card = true,
            Script = payee => new PayoutScript(payee)
            {
                Faults = [new CallFault(CallFaultKind.RequestLost, BankStep.Init)],
            },
        },
        new("cancelled by the ERP", "cancelled", 20)
        {
            Cancel = true,
            Script = payee => new PayoutScript(payee) { CheckDelay = TimeSpan.FromMinutes(10) },
        },
        new("came back after it was paid", "returned", 20)
        {
            Script = payee => new PayoutScript(payee) { Returns = [new ReturnScript(TimeSpan.FromSeconds(30))] },
        },
        new("wrong BIK in the order", "rejected", 10) { BadBik = "04452597" },
    ];

    private static DemoKind Fault(string title, CallFault fault) =>
        new(title, "paid", 15) { Script = payee => new PayoutScript(payee) { Faults = [fault] } };

    private static DemoKind Webhooks(string title, WebhookFaultKind kind) =>
        new(title, "paid", 20)
        {
            Script = payee => new PayoutScript(payee) { WebhookFaults = [new WebhookFault(kind)] },
        };

    private static Func<string, PayoutScript> Ends(Outcome outcome) =>
        payee => new PayoutScript(payee) { Outcome = outcome, Code = "account_not_found" };

    private static Func<string, PayoutScript> Shows(MismatchField field) =>
        payee => new PayoutScript(payee) { Mismatches = [new Mismatch(field)] };
}
