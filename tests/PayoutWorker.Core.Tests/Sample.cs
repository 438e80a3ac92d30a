using Bank131.Views;
using PayoutWorker.Decisions;
using PayoutWorker.Payouts;

namespace PayoutWorker.Core.Tests;

/// <summary>Payouts and sessions to start from; each test changes what it is about.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    public const string ConfirmInformation = """
        {"account_details":{"sender":{"account_number":"40702810300200000013","name":"ABC LLC","bik":"049205131"},
        "recipient":{"account_number":"40817810400003869535","name":"Petrov Petr","bik":"044525974"}}}
        """;

    public static readonly Policy Policy = new()
    {
        Projects = new Dictionary<string, ProjectPolicy> { ["main"] = new(false), ["auto"] = new(true) },
        ErrorCodes = new Dictionary<string, ErrorClass>
        {
            ["invalid_request"] = ErrorClass.Fail,
            ["account_not_found"] = ErrorClass.Fail,
            ["authentication_error"] = ErrorClass.PauseProject,
            ["insufficient_funds"] = ErrorClass.ShortOfMoney,
            ["activity_count_exceeded"] = ErrorClass.Retry,
            ["needs_a_person"] = ErrorClass.Hold,
        },
    };

    public static readonly Order AccountOrder = new(
        "A-1",
        Method.Account,
        Flow.TwoStep,
        new Money(350000, "RUB"),
        "40702810300200000013",
        new Recipient("Petrov Petr", "40817810400003869535", "044525974", null, null, null),
        "Fee under contract 12. VAT exempt",
        false,
        null,
        null
    );

    public static readonly Order CardOrder = new(
        "C-1",
        Method.Card,
        Flow.SingleRequest,
        new Money(10000, "RUB"),
        null,
        new Recipient("Petrov Petr", null, null, null, null, "4940"),
        null,
        false,
        new byte[256],
        null
    );

    public static Payout Payout(PayoutState state, Order? order = null, int sends = 1, TimeSpan? sentAgo = null)
    {
        var hasSession = state is not (PayoutState.New or PayoutState.Rejected);
        var knowsId = hasSession && state is not (PayoutState.Creating or PayoutState.Initiating);
        return new Payout
        {
            Id = 7,
            Order = order ?? AccountOrder,
            State = state,
            StateSince = Now - TimeSpan.FromMinutes(1),
            Fence = 3,
            Project = (order ?? AccountOrder).Method == Method.Card ? "auto" : "main",
            BankRef = "ref7",
            Session = hasSession ? Session(state, knowsId) : null,
            Call = Step(state) is { } step
                ? new BankCall(step, sends, Now - (sentAgo ?? TimeSpan.FromSeconds(1)))
                : null,
            ConfirmIntended = state is PayoutState.Confirming or PayoutState.Confirmed or PayoutState.Paid,
            Now = Now,
        };
    }

    public static SessionView View(
        SessionStatus status,
        PayoutStatus? payout = null,
        bool awaitsConfirm = false,
        string? error = null,
        string? confirmInformation = null,
        PayoutView? shown = null,
        int copies = 1
    )
    {
        var one = shown ?? AccountView;
        return new SessionView(
            "ps_1",
            status,
            status.ToString().ToLowerInvariant(),
            awaitsConfirm,
            payout is { } p
                ?
                [
                    .. Enumerable.Repeat(
                        one with
                        {
                            Status = p,
                            Error = error is null ? null : new BankError(error, "text"),
                        },
                        copies
                    ),
                ]
                : [],
            error is null ? null : new BankError(error, "text"),
            confirmInformation,
            null
        );
    }

    public static readonly PayoutView AccountView = new(
        "po_1",
        PayoutStatus.Pending,
        "pending",
        350000,
        "RUB",
        new PayeeView("40817810400003869535", "044525974", "Petrov Petr", null, null, null),
        "40702810300200000013",
        null,
        0,
        false,
        null
    );

    public static SessionView AwaitsConfirm =>
        View(SessionStatus.InProgress, PayoutStatus.Pending, true, confirmInformation: ConfirmInformation);

    public static SessionView Working => View(SessionStatus.InProgress, PayoutStatus.InProgress);
    public static SessionView Empty => View(SessionStatus.Created);
    public static SessionView Paid => View(SessionStatus.Accepted, PayoutStatus.Succeeded);

    public static SessionView NotPaid(string code = "account_not_found") =>
        View(SessionStatus.Cancelled, PayoutStatus.Failed, error: code);

    public static Evidence.Seen Status(SessionView view, TimeSpan? age = null) =>
        new(1, view, age ?? TimeSpan.FromMilliseconds(50), "status");

    public static Evidence.Seen Webhook(SessionView view) => new(1, view, null, "webhook 1");

    private static BankSession Session(PayoutState state, bool knowsId)
    {
        var pinned = state is PayoutState.Ready or PayoutState.Confirming or PayoutState.Confirmed or PayoutState.Paid;
        return new BankSession(
            1,
            knowsId ? "ps_1" : null,
            state is PayoutState.Creating or PayoutState.Created ? SessionUse.Empty : SessionUse.Armed,
            pinned ? ConfirmInformation : null,
            pinned ? Echo.Of(AccountView).ToText() : null
        );
    }

    private static Step? Step(PayoutState state) =>
        state switch
        {
            PayoutState.Creating => Payouts.Step.Create,
            PayoutState.Starting => Payouts.Step.Start,
            PayoutState.Initiating => Payouts.Step.Init,
            PayoutState.Confirming or PayoutState.Confirmed => Payouts.Step.Confirm,
            PayoutState.Cancelling => Payouts.Step.Cancel,
            _ => null,
        };
}
