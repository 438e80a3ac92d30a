using System.Security.Cryptography;
using Bank131.Simulator;
using PayoutWorker.Cards;
using PayoutWorker.IntegrationTests.Model;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Proof;

/// <summary>Orders of every flow, and what the bank makes of them: each ends, whatever comes in what order.</summary>
internal static class BenchOrders
{
    private static readonly RSA Key = RSA.Create(2048);

    public static CardSeal Cards { get; } = new([Key.ExportPkcs8PrivateKeyPem()], new byte[32]);

    public static IReadOnlyList<(Order Order, string Payee)> All { get; } =
    [
        .. new[]
        {
            OrderKind.Account,
            OrderKind.Account,
            OrderKind.OtherAccount,
            OrderKind.LargeAccount,
            OrderKind.SingleAccount,
            OrderKind.SingleAccount,
            OrderKind.Account,
            OrderKind.Card,
            OrderKind.Card,
            OrderKind.Account,
        }.Select((kind, i) => One(kind, i + 1)),
    ];

    public static IEnumerable<PayoutScript> Scripts =>
        [
            new(All[1].Payee) { Outcome = Outcome.FailCheck },
            new(All[2].Payee) { Outcome = Outcome.FailAfterConfirm },
            new(All[5].Payee)
            {
                Outcome = Outcome.Error,
                ResolvesAfter = TimeSpan.FromMinutes(20),
                ResolvesPaid = true,
            },
            new(All[6].Payee) { Returns = [new ReturnScript(TimeSpan.FromHours(3))] },
            new(All[8].Payee) { Outcome = Outcome.FailAfterConfirm },
            new(All[9].Payee) { Returns = [new ReturnScript(TimeSpan.FromHours(3), 100)] },
        ];

    private static (Order Order, string Payee) One(OrderKind kind, int n)
    {
        var order = Setting.Order(n, kind);
        if (kind != OrderKind.Card)
            return (order, order.Recipient.Account!);
        var card = n % 2 == 0 ? "2200240000004940" : "2200240000000005";
        var recipient = order.Recipient with { CardLast4 = card[^4..] };
        return (order with { SealedCard = CardSeal.Seal(card, order.ErpKey, Key), Recipient = recipient }, card);
    }
}
