using System.Text;
using System.Text.Json.Nodes;
using Bank131.Client;
using Bank131.Views;
using Bank131.Webhooks;

namespace Bank131.Tests;

/// <summary>Whatever bytes come as the bank's answer: reading them never throws, and success is never an accident.</summary>
internal sealed class AnswerFuzzTests
{
    private static readonly int[] Statuses = [0, 199, 200, 201, 204, 301, 307, 400, 401, 404, 429, 500, 502, 599];

    private const string Paid = """
        {"status":"ok","session":{"id":"ps_1","status":"accepted","next_action":"confirm","metadata":{"ref":"r-1"},
         "payments":[{"id":"po_1","status":"succeeded","amount_details":{"amount":350000,"currency":"rub"},
         "payment_method":{"bank_account":{"ru":{"account":"40817810400003869535","bik":"044525974"}}},
         "refunds":[{"status":"accepted","amount_details":{"amount":1}}],"error":null}]},
         "confirm_information":{"account_details":{"sender":{"bik":"049205131"}}}}
        """;

    private const string Refused = """{"status":"error","error":{"code":"invalid_request","description":"no"}}""";

    [Test]
    public void Every_flipped_bit_of_an_answer_is_read_as_what_it_says()
    {
        foreach (var text in new[] { Paid, Refused })
            for (var i = 0; i < text.Length; i++)
            for (var bit = 0; bit < 8; bit++)
            {
                var body = Encoding.UTF8.GetBytes(text);
                body[i] ^= (byte)(1 << bit);
                Check(200, body);
            }
    }

    [Test]
    public void Every_answer_cut_off_or_repeated_in_part_is_read_as_what_it_says()
    {
        foreach (var text in new[] { Paid, Refused })
        {
            var body = Encoding.UTF8.GetBytes(text);
            for (var i = 0; i < body.Length; i++)
            {
                Check(200, body[..i]);
                Check(200, body[i..]);
                Check(200, [.. body[..i], .. body[(i / 2)..]]);
            }
        }
    }

    [Test]
    public void Any_bytes_under_any_status_are_read_without_an_exception()
    {
        var random = new Random(131);
        for (var i = 0; i < 20_000; i++)
        {
            var body = random.Next(4) switch
            {
                0 => Bytes(random, random.Next(200)),
                1 => Spliced(random, Paid),
                2 => Spliced(random, Refused),
                _ => Encoding.UTF8.GetBytes(new string('[', random.Next(100)) + Paid),
            };
            Check(Statuses[random.Next(Statuses.Length)], body);
        }
    }

    private static void Check(int http, byte[] body)
    {
        var answer = AnswerReader.Read(http, null, body);
        var webhook = WebhookView.Read(body);
        var says = Node(body);
        var why = $"HTTP {http}: {Encoding.UTF8.GetString(body)}";
        if (answer is BankAnswer.Accepted accepted)
        {
            Assert.That(http, Is.InRange(200, 299), why);
            Assert.That(Text(says?["status"]), Is.EqualTo("ok"), why);
            IsAsSaid(accepted.Session, says!["session"], why);
        }
        if (answer is BankAnswer.Refused refused)
            Assert.That(Text(says?["error"]?["code"]), Is.EqualTo(refused.Error.Code), why);
        if (webhook?.Session is { } session)
            IsAsSaid(session, says!["session"], why);
    }

    // By another reader of the same text: the words of success stand there, and nowhere else.
    private static void IsAsSaid(SessionView session, JsonNode? says, string why)
    {
        Assert.That(session.Id, Is.Not.Empty, why);
        Assert.That(session.Status == SessionStatus.Accepted, Is.EqualTo(Text(says?["status"]) == "accepted"), why);
        Assert.That(session.AwaitsConfirm, Is.EqualTo(Text(says?["next_action"]) == "confirm"), why);
        var payouts = (says?["payments"] ?? says?["payout_list"]) as JsonArray ?? [];
        var succeeded = payouts.Count(payout => payout is JsonObject p && Text(p["status"]) == "succeeded");
        Assert.That(session.Payouts.Count(p => p.Status == PayoutStatus.Succeeded), Is.EqualTo(succeeded), why);
    }

    private static JsonNode? Node(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or ArgumentException)
        {
            return null;
        }
    }

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    // A few pieces taken out, put in twice or overwritten.
    private static byte[] Spliced(Random random, string text)
    {
        var body = Encoding.UTF8.GetBytes(text).ToList();
        for (var n = random.Next(1, 5); n > 0; n--)
        {
            var (from, length) = (random.Next(body.Count), random.Next(1, 12));
            length = Math.Min(length, body.Count - from);
            var piece = body.GetRange(from, length);
            if (random.Next(2) == 0 && body.Count > length)
                body.RemoveRange(from, length);
            else
                body.InsertRange(random.Next(body.Count), piece);
        }
        return [.. body];
    }
}
