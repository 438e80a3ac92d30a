using System.Text.Json;
using Bank131.Views;
using Bank131.Webhooks;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Model;

/// <summary>A session of a payout in the bank's words, as a webhook would bring it.</summary>
internal static class SessionBody
{
    /// <summary>The id that the bank gives to the payout's n-th session.</summary>
    public static string IdOf(long payout, int n) => $"ps_{payout}_{n}";

    public static SessionView View(Payout payout, int n, Shown shown) =>
        WebhookView.Read(Of(payout, n, shown, reference: null, attempt: 0))!.Session!;

    public static byte[] Of(Payout payout, int n, Shown shown, string? reference, int attempt)
    {
        var (status, payoutStatus) = Words(shown);
        var waits = shown is Shown.AwaitsConfirm or Shown.AwaitsConfirmOfOther;
        var body = new
        {
            type = "any",
            attempt,
            confirm_information = waits ? ConfirmInformation(payout.Order) : null,
            session = new
            {
                id = IdOf(payout.Id, n),
                status,
                next_action = waits ? "confirm" : null,
                metadata = reference is null ? null : new { @ref = reference },
                payments = Enumerable
                    .Range(
                        0,
                        payoutStatus is null ? 0
                            : shown == Shown.Doubled ? 2
                            : 1
                    )
                    .Select(i => Payment(payout, shown, payoutStatus!, i)),
            },
        };
        return JsonSerializer.SerializeToUtf8Bytes(body);
    }

    private static (string Session, string? Payout) Words(Shown shown) =>
        shown switch
        {
            Shown.Empty => ("created", null),
            Shown.Working => ("in_progress", "in_progress"),
            Shown.AwaitsConfirm or Shown.AwaitsConfirmOfOther or Shown.Doubled => ("in_progress", "pending"),
            Shown.NotPaid or Shown.ConfirmTimeout => ("cancelled", "failed"),
            Shown.Error => ("error", "in_progress"),
            _ => ("accepted", "succeeded"),
        };

    private static object Payment(Payout payout, Shown shown, string status, int i)
    {
        var order = payout.Order;
        var other = shown is Shown.AwaitsConfirmOfOther or Shown.PaidOther;
        var back = shown switch
        {
            Shown.PartlyReturned => 1,
            Shown.Returned => order.Amount.Minor,
            _ => 0,
        };
        return new
        {
            id = $"po_{payout.Id}_{i}",
            status,
            error = shown == Shown.ConfirmTimeout ? new { code = "confirm_timeout" } : null,
            amount_details = new { amount = order.Amount.Minor + (other ? 1 : 0), currency = "rub" },
            payment_method = order.Method == Method.Card
                ? (object)new { card = new { last4 = order.Recipient.CardLast4 } }
                : new
                {
                    bank_account = new { ru = new { account = order.Recipient.Account, bik = order.Recipient.Bik } },
                },
            participant_details = new { sender = new { account = order.SenderAccount } },
            refunds = back == 0
                ? []
                : new object[] { new { status = "accepted", amount_details = new { amount = back } } },
        };
    }

    private static object ConfirmInformation(Order order) =>
        new
        {
            account_details = new
            {
                sender = new { account_number = order.SenderAccount, bik = "049205131" },
                recipient = new { account_number = order.Recipient.Account, bik = order.Recipient.Bik },
            },
        };
}
