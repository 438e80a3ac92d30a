using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PayoutWorker.Store;

namespace PayoutWorker.IntegrationTests.Database.Support;

/// <summary>Webhooks in the bank's words, of a payout that shows what was ordered unless told otherwise.</summary>
internal static class BankBody
{
    public static byte[] ReadyToConfirm(string session, OrderRow order, int attempt = 0)
    {
        var body = Body("ready_to_confirm", session, "in_progress", "pending", order, null, attempt);
        body["session"]!["next_action"] = "confirm";
        body["confirm_information"] = JsonSerializer.SerializeToNode(
            new
            {
                account_details = new
                {
                    sender = new { account_number = order.SenderAccount, bik = "049205131" },
                    recipient = new { account_number = order.RecipientAccount, bik = order.RecipientBik },
                },
            }
        );
        return Bytes(body);
    }

    public static byte[] Finished(string session, OrderRow order, string? reference = null, int attempt = 0) =>
        Bytes(Body("payment_finished", session, "accepted", "succeeded", order, reference, attempt));

    public static byte[] Working(string session, OrderRow order, string? reference = null, int attempt = 0) =>
        Bytes(Body("payment_in_progress", session, "in_progress", "in_progress", order, reference, attempt));

    public static RawWebhook Raw(byte[] body) => new(SHA256.HashData(body), body, "signature", "key 1");

    public static RawWebhook Raw(string body) => Raw(Encoding.UTF8.GetBytes(body));

    /// <param name="attempt">Makes the body, and so its hash, another.</param>
    private static JsonObject Body(
        string type,
        string session,
        string status,
        string payoutStatus,
        OrderRow order,
        string? reference,
        int attempt
    ) =>
        new()
        {
            ["type"] = type,
            ["attempt"] = attempt,
            ["session"] = new JsonObject
            {
                ["id"] = session,
                ["status"] = status,
                ["metadata"] = new JsonObject { ["ref"] = reference },
                ["payments"] = new JsonArray(
                    new JsonObject
                    {
                        ["id"] = "po_" + session,
                        ["status"] = payoutStatus,
                        ["payment_method"] = JsonSerializer.SerializeToNode(Payee(order)),
                        ["amount_details"] = new JsonObject
                        {
                            ["amount"] = order.Amount,
                            ["currency"] = order.Currency.ToLowerInvariant(),
                        },
                        ["participant_details"] = new JsonObject
                        {
                            ["sender"] = new JsonObject { ["account"] = order.SenderAccount },
                        },
                    }
                ),
            },
        };

    private static object Payee(OrderRow order) =>
        order.Method == "card"
            ? new { type = "card", card = new { last4 = order.CardLast4 } }
            : new
            {
                type = "bank_account",
                bank_account = new
                {
                    system_type = "ru",
                    ru = new
                    {
                        account = order.RecipientAccount,
                        bik = order.RecipientBik,
                        full_name = order.RecipientName,
                    },
                },
            };

    private static byte[] Bytes(JsonObject body) => JsonSerializer.SerializeToUtf8Bytes(body);
}
