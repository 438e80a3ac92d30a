using System.Text;
using System.Text.Json.Nodes;
using Bank131.Messages;
using Bank131.Tests.Support;

namespace Bank131.Tests;

/// <summary>Our requests are the bank's examples, value by value, apart from what a test says it adds.</summary>
internal sealed class RequestShapeTests
{
    private const string Purpose = "Transfer of funds under the agreement for December 2025. VAT exempt.";

    [Test]
    public void Create_is_the_example() =>
        Same(BankJson.Bytes(new CreateSession(new RawJson("\"good\""))), "rko-create.request.json");

    [Test]
    public void A_create_without_metadata_is_an_empty_object() =>
        Assert.That(Encoding.UTF8.GetString(BankJson.Bytes(new CreateSession(null))), Is.EqualTo("{}"));

    [Test]
    public void Start_is_the_example() =>
        Same(BankJson.Bytes(Start(null, null, null)), "rko-start-payout.request.json");

    [Test]
    public void What_start_adds_stands_beside_the_account_in_the_webhooks_spelling()
    {
        var ru = JsonNode.Parse(BankJson.Bytes(Start(true, "1111111111", "156605101")))!["payment_method"]![
            "bank_account"
        ]!["ru"]!;
        var echoed = Example.Node("rko-ready-to-confirm.webhook.json")["session"]!["payments"]![0]!["payment_method"]![
            "bank_account"
        ]!["ru"]!;
        Assert.That(ru.AsObject().Select(p => p.Key), Is.EquivalentTo(echoed.AsObject().Select(p => p.Key)));
        Assert.That(ru["is_fast"]!.GetValueKind(), Is.EqualTo(System.Text.Json.JsonValueKind.True));
        Assert.That(ru["inn"]!.GetValue<string>(), Is.EqualTo(echoed["inn"]!.GetValue<string>()));
        Assert.That(ru["kpp"]!.GetValue<string>(), Is.EqualTo(echoed["kpp"]!.GetValue<string>()));
    }

    [Test]
    public void An_account_init_is_start_without_a_session()
    {
        var start = Start(null, null, null);
        var init = new InitPayout(start.PaymentMethod, start.AmountDetails, start.ParticipantDetails, null);
        var expected = Example.Node("rko-start-payout.request.json").AsObject();
        expected.Remove("session_id");
        Same(BankJson.Bytes(init), expected);
    }

    [Test]
    public void A_card_init_is_the_example()
    {
        var init = new InitPayout(
            PaymentMethod.ToCard("2200********4940"),
            new AmountDetails(10000, "rub"),
            new ParticipantDetails(null, new Participant(null, "Ivanov Ivan Ivanovich")),
            new RawJson("\"good\"")
        );
        Same(BankJson.Bytes(init), "card-init-payout.request.json");
    }

    [TestCase("rko-confirm.request.json")]
    [TestCase("rko-cancel.request.json")]
    public void A_decision_with_confirm_information_is_the_example(string example)
    {
        var information = Example.Node(example)["confirm_information"]!.ToJsonString();
        Same(BankJson.Bytes(new DecideSession("ps_2643", new RawJson(information))), example);
    }

    [Test]
    public void Confirm_information_goes_out_byte_for_byte()
    {
        const string odd = """{ "b":1.50, "a":"ЖЖ\u0416\/",  "a2":[ ] }""";
        var body = Encoding.UTF8.GetString(BankJson.Bytes(new DecideSession("ps_1", new RawJson(odd))));
        Assert.That(body, Is.EqualTo("{\"session_id\":\"ps_1\",\"confirm_information\":" + odd + "}"));
    }

    [Test]
    public void A_card_decision_and_a_question_carry_the_session_only()
    {
        const string expected = """{"session_id":"ps_1"}""";
        Assert.That(Encoding.UTF8.GetString(BankJson.Bytes(new DecideSession("ps_1", null))), Is.EqualTo(expected));
        Assert.That(Encoding.UTF8.GetString(BankJson.Bytes(new AskSession("ps_1"))), Is.EqualTo(expected));
    }

    [Test]
    public void Cyrillic_goes_out_as_it_is()
    {
        var body = Encoding.UTF8.GetString(BankJson.Bytes(Start(null, null, null, name: "ИП Ёжиков «Ё» & Ко")));
        Assert.That(body, Does.Contain("\"full_name\":\"ИП Ёжиков «Ё» & Ко\""));
    }

    [Test]
    public void A_card_number_is_not_printed()
    {
        var method = PaymentMethod.ToCard("2200240000004940");
        Assert.That(method.ToString(), Does.Not.Contain("4940").And.Not.Contain("220024"));
    }

    private static StartPayout Start(bool? fast, string? inn, string? kpp, string name = "Ivanov Ivan Ivanovich") =>
        new(
            "ps_2643",
            PaymentMethod.Account(new("044525974", "40817810400003869535", name, Purpose, fast, inn, kpp)),
            new AmountDetails(350000, "rub"),
            new ParticipantDetails(new Participant("40702810300200000013", null), null)
        );

    private static void Same(byte[] ours, string example) => Same(ours, Example.Node(example));

    private static void Same(byte[] ours, JsonNode expected)
    {
        var actual = JsonNode.Parse(ours)!;
        Assert.That(
            JsonNode.DeepEquals(actual, expected),
            $"expected {expected.ToJsonString()}\ngot {actual.ToJsonString()}"
        );
    }
}
