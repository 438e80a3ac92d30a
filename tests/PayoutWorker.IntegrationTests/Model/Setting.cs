using Bank131.Client;
using Bank131.Views;
using PayoutWorker.Decisions;
using PayoutWorker.Payouts;
using PayoutWorker.Projects;

namespace PayoutWorker.IntegrationTests.Model;

/// <summary>The orders, projects and policy that every script plays with.</summary>
internal static class Setting
{
    private const string Sender = "40702810300200000013";
    private const string OtherSender = "40702810300200000099";

    public static readonly IReadOnlyList<Route> Routes =
    [
        new(Method.Account, Sender, "main"),
        new(Method.Account, OtherSender, "other"),
        new(Method.Card, null, "cards"),
    ];

    public static readonly IReadOnlyList<(string Scope, string Value)> Stops =
    [
        ("all", ""),
        ("project", "main"),
        ("project", "cards"),
        ("account", OtherSender),
        ("method", "card"),
        ("method", "account"),
    ];

    public static readonly Policy Policy = new()
    {
        ErrorCodes = new Dictionary<string, ErrorClass>
        {
            ["fail"] = ErrorClass.Fail,
            ["short"] = ErrorClass.ShortOfMoney,
            ["retry"] = ErrorClass.Retry,
            ["pause"] = ErrorClass.PauseProject,
            ["hold"] = ErrorClass.Hold,
        },
        Projects = new Dictionary<string, ProjectPolicy>
        {
            ["main"] = new(AutoConfirm: false),
            ["other"] = new(AutoConfirm: false),
            ["cards"] = new(AutoConfirm: true),
        },
        AskBeforeConfirmFrom = 900_000,
        MaxSends = 3,
    };

    public static Order Order(int n, OrderKind kind)
    {
        var card = kind == OrderKind.Card;
        return new Order(
            $"P-{n}",
            card ? Method.Card : Method.Account,
            kind is OrderKind.Card or OrderKind.SingleAccount ? Flow.SingleRequest : Flow.TwoStep,
            new Money(kind == OrderKind.LargeAccount ? 1_000_000 : 350_000 + n, "RUB"),
            kind switch
            {
                OrderKind.Card => null,
                OrderKind.OtherAccount => OtherSender,
                OrderKind.NoProject => "40702810300200000055",
                _ => Sender,
            },
            new Recipient(
                "Petrov Petr",
                card ? null : $"4081781040000386{n:0000}",
                card ? null
                    : kind == OrderKind.BadBik ? "12"
                    : "044525974",
                null,
                null,
                card ? "4940" : null
            ),
            card ? null : "Fee under contract 12. VAT exempt",
            false,
            card ? new byte[256] : null,
            """{"n": 1}"""
        );
    }

    public static BankAnswer Answer(Reply reply, Payout payout, int n) =>
        reply switch
        {
            Reply.Taken => Taken(payout, n, Shown.Empty),
            Reply.TakenAndWorking => Taken(payout, n, Shown.Working),
            Reply.OfAnotherSession => Taken(payout, n + 1, Shown.Working),
            Reply.Failed => Refused("fail"),
            Reply.ShortOfMoney => Refused("short"),
            Reply.TryLater => Refused("retry"),
            Reply.OurFault => Refused("pause"),
            Reply.NeedsPerson => Refused("hold"),
            Reply.KeyUsed => Refused("idempotency_key_already_exists"),
            Reply.UnknownCode => Refused("what_is_this"),
            Reply.NotSent => new BankAnswer.NotSent("connection refused"),
            Reply.Forbidden => new BankAnswer.Unknown("HTTP 403") { HttpStatus = 403 },
            _ => new BankAnswer.Unknown("time-out"),
        };

    private static BankAnswer.Accepted Taken(Payout payout, int n, Shown shown) =>
        new(SessionBody.View(payout, n, shown)) { HttpStatus = 200 };

    private static BankAnswer.Refused Refused(string code) => new(new BankError(code, "in words")) { HttpStatus = 400 };
}
