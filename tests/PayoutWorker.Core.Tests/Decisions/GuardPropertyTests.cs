using System.Text;
using System.Text.Json.Nodes;
using Bank131.Webhooks;
using FsCheck;
using FsCheck.Fluent;
using PayoutWorker.Decisions;
using PayoutWorker.Payouts;

namespace PayoutWorker.Core.Tests.Decisions;

/// <summary>
/// Every field of what the bank shows, changed alone in every way: where money is decided the payout is not confirmed
/// and not called paid. A field that nobody has judged fails the test.
/// </summary>
internal sealed class GuardPropertyTests
{
    private static readonly Policy Policy = Sample.Policy with { Guard = new GuardPolicy(true, true, true) };

    private static readonly Order Account = Sample.AccountOrder with
    {
        Recipient = Sample.AccountOrder.Recipient with { Inn = "7707083893", Kpp = "770701001" },
    };

    private const string AccountBody = """
        {"type":"any","session":{"id":"ps_1","status":"STATUS","next_action":"confirm",
         "created_at":"2026-03-02T09:00:00Z","metadata":{"ref":"ref7"},
         "PAYMENTS":[{"id":"po_1","status":"PAYOUT","created_at":"2026-03-02T09:00:00Z",
          "amount_details":{"amount":350000,"currency":"rub"},
          "METHOD":{"type":"bank_account","bank_account":{"system_type":"ru","ru":{
            "account":"40817810400003869535","bik":"044525974","full_name":"Petrov Petr","inn":"7707083893",
            "kpp":"770701001","description":"Fee"}}},
          "participant_details":{"sender":{"account":"40702810300200000013"}}}]},
         "confirm_information":{"account_details":{
          "sender":{"account_number":"40702810300200000013","bik":"049205131","name":"ABC LLC","inn":"3316004790"},
          "recipient":{"account_number":"40817810400003869535","bik":"044525974","name":"Petrov Petr",
            "inn":"7707083893","kpp":"770701001"}}}}
        """;

    private const string CardBody = """
        {"type":"any","session":{"id":"ps_1","status":"STATUS","next_action":"confirm",
         "created_at":"2026-03-02T09:00:00Z","metadata":{"ref":"ref7"},
         "PAYMENTS":[{"id":"po_1","status":"PAYOUT","created_at":"2026-03-02T09:00:00Z",
          "amount_details":{"amount":10000,"currency":"RUB"},
          "METHOD":{"type":"card","card":{"brand":"mir","last4":"4940"}}}]}}
        """;

    // What decides about nothing, and why that is right: our name for the session and the payout, dates, prose, what we
    // said about ourselves. The session's id finds the row: with another one it is not about this payout at all.
    private static readonly string[] Free =
    [
        "type",
        "session.id",
        "session.created_at",
        "session.metadata.ref",
        "payout.id",
        "payout.created_at",
        "payout.method.type",
        "payout.method.bank_account.system_type",
        "payout.method.bank_account.ru.description",
        "payout.method.card.brand",
        "confirm_information.account_details.sender.name",
        "confirm_information.account_details.sender.inn",
    ];

    // The bank may leave these out; shown, they must be ours.
    private static readonly string[] MayBeAbsent = ["inn", "kpp"];

    // Of a finished payout only who got how much counts; the rest was compared before the confirm.
    private static readonly string[] FreeWhenPaid =
    [
        "session.next_action",
        "payout.method.bank_account.ru.full_name",
        "payout.method.bank_account.ru.inn",
        "payout.method.bank_account.ru.kpp",
        "payout.participant_details.sender.account",
        "confirm_information.",
    ];

    [Test]
    public void What_was_ordered_is_taken([Values] bool card, [Values] bool paid, [Values(1, 2)] int version) =>
        Assert.That(Taken(card, paid, Body(card, paid, version).ToJsonString()), Is.True);

    [Test]
    public void Each_field_changed_alone_is_refused([Values] bool card, [Values] bool paid, [Values(1, 2)] int version)
    {
        var guarded = 0;
        foreach (var path in Leaves(Body(card, paid, version)).Where(path => IsGuarded(path, paid)))
        {
            guarded++;
            foreach (var (how, change) in Changes(path))
            {
                var body = Body(card, paid, version);
                change(body, path);
                Assert.That(Taken(card, paid, body.ToJsonString()), Is.False, $"{path}: {how}");
            }
        }
        Assert.That(
            guarded,
            Is.EqualTo(
                (card, paid) switch
                {
                    (true, true) => 5,
                    (true, false) => 6,
                    (false, true) => 6,
                    _ => 18,
                }
            )
        );
    }

    [Test]
    public void Any_other_text_or_number_in_any_guarded_field_is_refused([Values] bool card, [Values] bool paid)
    {
        var paths = Leaves(Body(card, paid, 1)).Where(path => IsGuarded(path, paid)).ToArray();
        var changed =
            from path in Gen.Elements(paths)
            from text in ArbMap.Default.GeneratorFor<NonNull<string>>()
            from number in ArbMap.Default.GeneratorFor<long>()
            from isNumber in Gen.Elements(true, false)
            select (path, Value: isNumber ? JsonValue.Create(number) : JsonValue.Create(text.Get));
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(2_000).WithQuietOnSuccess(true),
            Prop.ForAll(
                Arb.From(changed),
                one =>
                {
                    var body = Body(card, paid, 1);
                    var before = At(body, one.path).ToJsonString();
                    // A number where a tax number's text belongs counts as none shown.
                    if (IsSame(one.path, before, one.Value!) || (MayMiss(one.path) && !IsText(one.Value!)))
                        return true;
                    Put(body, one.path, one.Value!);
                    return !Taken(card, paid, body.ToJsonString());
                }
            )
        );
    }

    // Ready, and so to be confirmed; or paid.
    private static bool Taken(bool card, bool paid, string body)
    {
        if (WebhookView.Read(Encoding.UTF8.GetBytes(body))?.Session is not { } session)
            return false;
        var order = card ? Sample.CardOrder : Account;
        var payout = Sample.Payout(paid ? PayoutState.Confirmed : PayoutState.Started, order) with
        {
            Session = new BankSession(1, "ps_1", SessionUse.Armed, null, null),
            Project = "main",
        };
        var change = Decision.Learn(payout, new Evidence.Seen(1, session, null, "webhook 1"), Policy, mine: false);
        return change?.To is PayoutState.Ready or PayoutState.Paid or PayoutState.Confirming;
    }

    private static JsonObject Body(bool card, bool paid, int version)
    {
        var text = (card ? CardBody : AccountBody)
            .Replace("STATUS", paid ? "accepted" : "in_progress")
            .Replace("PAYOUT", paid ? "succeeded" : "pending")
            .Replace("PAYMENTS", version == 1 ? "payments" : "payout_list")
            .Replace("METHOD", version == 1 ? "payment_method" : "payout_details");
        return (JsonObject)JsonNode.Parse(text)!;
    }

    private static bool IsGuarded(string path, bool paid)
    {
        var plain = Plain(path);
        return !Free.Contains(plain)
            && !(paid && FreeWhenPaid.Any(free => plain.StartsWith(free, StringComparison.Ordinal)));
    }

    private static string Plain(string path) =>
        path.Replace("session.payments.0", "payout")
            .Replace("session.payout_list.0", "payout")
            .Replace("payment_method", "method")
            .Replace("payout_details", "method");

    private static IEnumerable<(string How, Action<JsonObject, string> Change)> Changes(string path)
    {
        var absent = !MayMiss(path);
        if (absent)
        {
            yield return (
                "left out",
                (body, at) => ((JsonObject)At(body, at).Parent!).Remove(at[(at.LastIndexOf('.') + 1)..])
            );
            yield return ("null", (body, at) => Put(body, at, null));
            yield return ("an object", (body, at) => Put(body, at, new JsonObject()));
            yield return ("a list of itself", (body, at) => Put(body, at, new JsonArray(At(body, at).DeepClone())));
            yield return ("true", (body, at) => Put(body, at, JsonValue.Create(true)));
        }
        yield return ("empty", (body, at) => Put(body, at, JsonValue.Create("")));
        yield return ("longer", (body, at) => Put(body, at, JsonValue.Create(Text(body, at) + "0")));
        yield return ("shorter", (body, at) => Put(body, at, JsonValue.Create(Text(body, at)[1..])));
        // Every single character becomes its neighbour.
        for (var i = 0; i < 32; i++)
        {
            var place = i;
            yield return (
                $"character {place}",
                (body, at) =>
                {
                    var text = Text(body, at).ToCharArray();
                    text[place % text.Length] = (char)(
                        text[place % text.Length] == 'z' ? 'y' : text[place % text.Length] + 1
                    );
                    var isNumber = At(body, at).GetValueKind() == System.Text.Json.JsonValueKind.Number;
                    Put(
                        body,
                        at,
                        isNumber && long.TryParse(text, out var number)
                            ? JsonValue.Create(number)
                            : JsonValue.Create(new string(text))
                    );
                }
            );
        }
    }

    private static bool MayMiss(string path) => MayBeAbsent.Contains(path[(path.LastIndexOf('.') + 1)..]);

    // The guard compares a currency without case, and a name without case and spaces.
    private static bool IsSame(string path, string before, JsonNode value) =>
        before == value.ToJsonString()
        || (path.EndsWith("currency", StringComparison.Ordinal) || path.EndsWith("name", StringComparison.Ordinal))
            && IsText(value)
            && string.Equals(before.Trim('"'), value.GetValue<string>().Trim(), StringComparison.OrdinalIgnoreCase);

    private static bool IsText(JsonNode value) => value.GetValueKind() == System.Text.Json.JsonValueKind.String;

    private static string Text(JsonObject body, string path) => At(body, path).ToString();

    private static JsonNode At(JsonObject body, string path)
    {
        JsonNode node = body;
        foreach (var part in path.Split('.'))
            node = node is JsonArray list ? list[int.Parse(part)]! : node[part]!;
        return node;
    }

    private static void Put(JsonObject body, string path, JsonNode? value) => At(body, path).ReplaceWith(value);

    private static IEnumerable<string> Leaves(JsonNode node) =>
        node switch
        {
            JsonObject o => o.SelectMany(field => Leaves(field.Value!).Select(rest => Joined(field.Key, rest))),
            JsonArray a => a.SelectMany((item, i) => Leaves(item!).Select(rest => Joined($"{i}", rest))),
            _ => [""],
        };

    private static string Joined(string head, string rest) => rest.Length == 0 ? head : $"{head}.{rest}";
}
