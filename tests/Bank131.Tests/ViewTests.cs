using System.Text;
using Bank131.Tests.Support;
using Bank131.Views;
using Bank131.Webhooks;

namespace Bank131.Tests;

internal sealed class ViewTests
{
    private const string Name = "rko-ready-to-confirm.webhook.json";

    [Test]
    public void The_account_webhook_of_the_example_is_understood()
    {
        var webhook = WebhookView.Read(Example.Bytes(Name))!;
        var session = webhook.Session!;
        var payout = session.Payouts.Single();
        var confirm = ViewReader.Confirm(session.ConfirmInformation!)!;
        Assert.Multiple(() =>
        {
            Assert.That(webhook.Type, Is.EqualTo("ready_to_confirm"));
            Assert.That(
                (session.Id, session.Status, session.AwaitsConfirm),
                Is.EqualTo(("ps_2643", SessionStatus.InProgress, true))
            );
            Assert.That((payout.Id, payout.Status), Is.EqualTo(("po_513", PayoutStatus.Pending)));
            Assert.That((payout.Amount, payout.Currency), Is.EqualTo(((long?)350000, "RUB")));
            Assert.That(
                payout.Payee,
                Is.EqualTo(
                    new PayeeView("40702810500000000001", "044525974", "Vector LLC", "1111111111", "156605101", null)
                )
            );
            Assert.That(payout.SenderAccount, Is.EqualTo("40702810300200000013"));
            Assert.That(
                confirm.Sender,
                Is.EqualTo(new PartyView("40702810300200000013", "049205131", "ABC LLC", "3316004790", "156605101"))
            );
            Assert.That(confirm.Recipient!.Account, Is.EqualTo("40702810500000000001"));
        });
    }

    [Test]
    public void Confirm_information_is_kept_as_it_stood_in_the_text()
    {
        var body = Example.Bytes(Name);
        var kept = WebhookView.Read(body)!.Session!.ConfirmInformation!;
        Assert.That(Encoding.UTF8.GetString(body), Does.Contain("\"confirm_information\": " + kept));
    }

    [Test]
    public void The_card_webhook_of_the_example_is_understood_with_its_broken_date()
    {
        var body = Example.Bytes("card-payment-finished.webhook.json");
        Assert.That(Encoding.UTF8.GetString(body), Does.Contain("2012505-27T02"));
        var session = WebhookView.Read(body)!.Session!;
        var payout = session.Payouts.Single();
        Assert.That((session.Status, payout.Status), Is.EqualTo((SessionStatus.Accepted, PayoutStatus.Succeeded)));
        Assert.That((payout.Amount, payout.Currency), Is.EqualTo(((long?)10000, "rub")));
        Assert.That((payout.Payee.CardLast4, payout.Payee.Account), Is.EqualTo(("4940", (string?)null)));
    }

    [Test]
    public void Both_spellings_mean_the_same()
    {
        var v1 = Text();
        var v2 = v1.Replace("\"payments\"", "\"payout_list\"", StringComparison.Ordinal)
            .Replace("\"payment_method\"", "\"payout_details\"", StringComparison.Ordinal);
        Assert.That(v2, Is.Not.EqualTo(v1));
        var (one, two) = (Read(v1)!, Read(v2)!);
        Assert.That(two.Payouts, Is.EqualTo(one.Payouts));
        Assert.That(two with { Payouts = one.Payouts }, Is.EqualTo(one));
    }

    [Test]
    public void Extra_fields_change_nothing()
    {
        var more = Text()
            .Replace("\"session\": {", "\"session\": { \"new\": {\"a\":[1,{\"b\":null}]},", StringComparison.Ordinal)
            .Replace("\"amount\": 350000", "\"amount\": 350000, \"fee\": 1.5", StringComparison.Ordinal);
        Assert.That(Read(more)!.Payouts, Is.EqualTo(Read(Text())!.Payouts));
    }

    [TestCase("\"350000\"")]
    [TestCase("350000.0")]
    [TestCase("350000.5")]
    [TestCase("3.5e5")]
    [TestCase("99999999999999999999")]
    [TestCase("null")]
    [TestCase("true")]
    [TestCase("{}")]
    public void An_amount_that_is_not_an_integer_is_unknown(string amount) =>
        Assert.That(Read(Text().Replace("350000", amount, StringComparison.Ordinal))!.Payouts.Single().Amount, Is.Null);

    [TestCase("\"id\": \"ps_2643\",", "\"id\": \"ps_2643\", \"id\": \"ps_1\",")]
    [TestCase("\"amount\": 350000", "\"amount\": 350000, \"amount\": 1")]
    [TestCase("\"amount\": 350000", "\"amount\": 350000, \"\\u0061mount\": 1")]
    [TestCase("\"type\": \"ready_to_confirm\",", "\"type\": \"ready_to_confirm\", \"session\": {},")]
    public void A_key_that_stands_twice_makes_the_body_unreadable(string once, string twice)
    {
        var text = Text().Replace(once, twice, StringComparison.Ordinal);
        Assert.That(text, Is.Not.EqualTo(Text()));
        Assert.That(WebhookView.Read(Encoding.UTF8.GetBytes(text)), Is.Null);
    }

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("1")]
    [TestCase("{} {}")]
    [TestCase("{\"a\":1,}")]
    [TestCase("\uFEFF{}")]
    [TestCase("<html>")]
    public void What_is_not_one_object_is_unreadable(string text) =>
        Assert.That(WebhookView.Read(Encoding.UTF8.GetBytes(text)), Is.Null);

    [Test]
    public void A_body_deeper_than_32_levels_is_unreadable() =>
        Assert.That(
            WebhookView.Read(Encoding.UTF8.GetBytes("{\"a\":" + new string('[', 40) + new string(']', 40) + "}")),
            Is.Null
        );

    [Test]
    public void Bytes_that_are_not_utf_8_make_the_body_unreadable()
    {
        var body = Example.Bytes(Name);
        body[Encoding.UTF8.GetString(body).IndexOf("Vector", StringComparison.Ordinal)] = 0xFF;
        Assert.That(WebhookView.Read(body), Is.Null);
    }

    [Test]
    public void Half_a_character_makes_only_its_own_text_unknown()
    {
        var payout = Read(Text().Replace("\"Vector LLC\"", "\"\\ud83d\"", StringComparison.Ordinal))!.Payouts.Single();
        Assert.That(payout.Payee, Is.EqualTo(Read(Text())!.Payouts.Single().Payee with { Name = null }));
        var status = Text().Replace("\"pending\"", "\"\\udc00\"", StringComparison.Ordinal);
        Assert.That(Read(status)!.Payouts.Single().Status, Is.EqualTo(PayoutStatus.Unknown));
        Assert.That(Read(Text().Replace("\"ps_2643\"", "\"\\ud800\"", StringComparison.Ordinal)), Is.Null);
    }

    [Test]
    public void Half_a_character_in_a_key_makes_the_body_unreadable()
    {
        var text = Text().Replace("\"paymentMetadata\"", "\"\\ud800\"", StringComparison.Ordinal);
        Assert.That(WebhookView.Read(Encoding.UTF8.GetBytes(text)), Is.Null);
    }

    [TestCase("in_progress", SessionStatus.InProgress)]
    [TestCase("created", SessionStatus.Created)]
    [TestCase("accepted", SessionStatus.Accepted)]
    [TestCase("cancelled", SessionStatus.Cancelled)]
    [TestCase("error", SessionStatus.Error)]
    [TestCase("ACCEPTED", SessionStatus.Unknown)]
    [TestCase("finished", SessionStatus.Unknown)]
    public void A_session_status_is_known_or_unknown(string word, SessionStatus expected)
    {
        var session = Read($$$"""{"session":{"id":7,"status":"{{{word}}}"}}""")!;
        Assert.That((session.Id, session.Status, session.StatusText), Is.EqualTo(("7", expected, word)));
        Assert.That(session.Payouts, Is.Empty);
    }

    [TestCase("in_progress", PayoutStatus.InProgress)]
    [TestCase("pending", PayoutStatus.Pending)]
    [TestCase("succeeded", PayoutStatus.Succeeded)]
    [TestCase("failed", PayoutStatus.Failed)]
    [TestCase("success", PayoutStatus.Unknown)]
    public void A_payout_status_is_known_or_unknown(string word, PayoutStatus expected)
    {
        var text = $$$"""{"session":{"id":"a","status":"x","payments":[{"id":"p","status":"{{{word}}}"}]}}""";
        Assert.That(Read(text)!.Payouts.Single().Status, Is.EqualTo(expected));
    }

    [TestCase("""{"session":null}""")]
    [TestCase("""{"session":{"status":"created"}}""")]
    [TestCase("""{"session":{"id":"","status":"created"}}""")]
    [TestCase("""{"session":"ps_1"}""")]
    public void Without_an_id_there_is_no_session(string text) => Assert.That(Read(text), Is.Null);

    [TestCase(
        """{"status":"accepted","amount_details":{"amount":5}},{"status":"accepted","amount_details":{"amount":7}}""",
        12,
        false
    )]
    [TestCase("""{"status":"in_progress","amount_details":{"amount":5}}""", 0, true)]
    [TestCase("""{"status":"error","amount_details":{"amount":5}}""", 0, true)]
    [TestCase("""{"status":"declined","amount_details":{"amount":5}}""", 0, false)]
    [TestCase("""{"status":"accepted"}""", 0, true)]
    [TestCase("""{"status":"accepted","amount_details":{"amount":"5"}}""", 0, true)]
    [TestCase("""{"status":"accepted","amount_details":{"amount":-5}}""", 0, true)]
    [TestCase(
        """
            {"status":"accepted","amount_details":{"amount":9223372036854775807}},
            {"status":"accepted","amount_details":{"amount":1}}
            """,
        long.MaxValue,
        true
    )]
    public void Refunds_count_when_accepted_and_are_pending_when_unclear(string refunds, long sum, bool pending)
    {
        var text =
            $$$"""{"session":{"id":"a","status":"x","payments":[{"id":"p","status":"x","refunds":[{{{refunds}}}]}]}}""";
        var payout = Read(text)!.Payouts.Single();
        Assert.That((payout.RefundedAmount, payout.RefundPending), Is.EqualTo((sum, pending)));
    }

    [Test]
    public void Errors_are_read_at_session_and_payout()
    {
        var session = Read(
            """
            {"session":{"id":"a","status":"error","error":{"code":"x"},
              "payments":[{"id":"p","error":{"code":"y","description":"z"}}]}}
            """
        )!;
        Assert.That(session.Error, Is.EqualTo(new BankError("x", null)));
        Assert.That(session.Payouts.Single().Error, Is.EqualTo(new BankError("y", "z")));
    }

    [TestCase("""{"session":{"id":"a","status":"x","metadata":{"ref":"r"}}}""", ExpectedResult = "r")]
    [TestCase("""{"session":{"id":"a","status":"x","session_metadata":{"ref":"r"}}}""", ExpectedResult = "r")]
    [TestCase("""{"session":{"id":"a","status":"x","metadata":"good"}}""", ExpectedResult = null)]
    [TestCase("""{"session":{"id":"a","status":"x","metadata":{"ref":5}}}""", ExpectedResult = null)]
    public string? A_reference_is_read_where_metadata_came_back(string text) => Read(text)!.Reference;

    private static string Text() => Encoding.UTF8.GetString(Example.Bytes(Name));

    private static SessionView? Read(string text) => WebhookView.Read(Encoding.UTF8.GetBytes(text))?.Session;
}
