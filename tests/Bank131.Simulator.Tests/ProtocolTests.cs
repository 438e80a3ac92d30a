using System.Text;
using Bank131.Messages;
using Bank131.Simulator.Tests.Support;
using Bank131.Views;

namespace Bank131.Simulator.Tests;

internal sealed class ProtocolTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private Counter _bank = null!;

    [SetUp]
    public void Open() => _bank = new Counter();

    [TearDown]
    public void Close() => _bank.Dispose();

    [Test]
    public void A_session_goes_from_created_to_accepted_in_the_documented_steps()
    {
        var id = _bank.Create();
        Assert.That(_bank.Status(id).StatusText, Is.EqualTo("created"));

        var started = Counter.View(_bank.Start(id).Body)!;
        Assert.That(
            (started.StatusText, started.Payouts.Single().StatusText),
            Is.EqualTo(("in_progress", "in_progress"))
        );
        Assert.That(started.AwaitsConfirm, Is.False);

        _bank.Run(Minute);
        var ready = _bank.Status(id);
        Assert.That((ready.StatusText, ready.Payouts.Single().StatusText), Is.EqualTo(("in_progress", "pending")));
        Assert.That(ready.AwaitsConfirm);

        var confirmed = Counter.View(_bank.Confirm(id).Body)!;
        Assert.That((confirmed.StatusText, confirmed.AwaitsConfirm), Is.EqualTo(("in_progress", false)));
        Assert.That(_bank.Bank.Ledger.Count, Is.Zero, "confirmed is not yet paid");

        _bank.Run(Minute);
        var paid = _bank.Status(id);
        Assert.That((paid.StatusText, paid.Payouts.Single().StatusText), Is.EqualTo(("accepted", "succeeded")));
        Assert.That(_bank.Bank.Ledger.Count, Is.EqualTo(1));
        Assert.That(
            _bank.Sent.Select(d => d.Type),
            Is.EqualTo([WebhookType.ReadyToConfirm, WebhookType.PaymentFinished])
        );
    }

    [TestCase("nobody", ExpectedResult = "identification_error")]
    public string? A_stranger_is_not_identified(string project) =>
        _bank.Call(BankPath.CreateRko, "{}", project: project).Code;

    [TestCase("{", ExpectedResult = "invalid_request")]
    [TestCase("[]", ExpectedResult = "invalid_request")]
    [TestCase("""{"metadata":1,"metadata":2}""", ExpectedResult = "invalid_request")]
    public string? A_create_that_is_not_one_object_is_invalid(string body) => _bank.Call(BankPath.CreateRko, body).Code;

    [TestCase("40817810400003869535", "20817810400003869535")]
    [TestCase("40817810400003869535", "4081781040000386953")]
    [TestCase("\"044525974\"", "\"44525974\"")]
    [TestCase("\"amount\":350000", "\"amount\":0")]
    [TestCase("\"amount\":350000", "\"amount\":-1")]
    [TestCase("\"amount\":350000", "\"amount\":3500.5")]
    [TestCase("\"amount\":350000", "\"amount\":\"350000\"")]
    [TestCase("\"rub\"", "\"usd\"")]
    [TestCase("VAT exempt", "VAT exempt?")]
    [TestCase("VAT exempt", "VAT exempt!")]
    [TestCase("Ivanov Ivan Ivanovich", " ")]
    [TestCase("\"payment_method\"", "\"payout_details\"")]
    [TestCase("\"sender\"", "\"sendr\"")]
    public void A_start_that_breaks_a_rule_is_refused_and_starts_nothing(string good, string bad)
    {
        var id = _bank.Create();
        var body = Counter.StartBody(id);
        Assert.That(body, Does.Contain(good));

        var reply = _bank.Call(BankPath.StartRko, body.Replace(good, bad, StringComparison.Ordinal));

        Assert.That((reply.HttpStatus, reply.Code), Is.EqualTo((400, "invalid_request")));
        Assert.That(_bank.Status(id).StatusText, Is.EqualTo("created"));
    }

    [TestCase(210, ExpectedResult = true)]
    [TestCase(211, ExpectedResult = false)]
    public bool A_purpose_has_at_most_210_characters(int length)
    {
        var id = _bank.Create();
        var purpose = new string('Ж', length);
        var body = Counter
            .StartBody(id)
            .Replace("Fee under contract 12. VAT exempt", purpose, StringComparison.Ordinal);
        return _bank.Call(BankPath.StartRko, body).IsAccepted;
    }

    [Test]
    public void The_two_step_account_flow_exists_in_version_1_only()
    {
        Assert.That(_bank.Call("api/v2/session/create/rko", "{}").HttpStatus, Is.EqualTo(404));
        Assert.That(_bank.Call("/api/v2/session/create", "{}").HttpStatus, Is.EqualTo(200));
        Assert.That(_bank.Call("/api/v1/session/pay", "{}").HttpStatus, Is.EqualTo(404));
    }

    [Test]
    public void Version_2_speaks_of_payout_list_and_payout_details()
    {
        var id = _bank.Ready();
        var v2 = _bank.Call("api/v2/session/status", $$"""{"session_id":"{{id}}"}""");
        var text = Encoding.UTF8.GetString(v2.Body);
        Assert.That(text, Does.Contain("\"payout_list\"").And.Contain("\"payout_details\""));
        Assert.That(text, Does.Not.Contain("\"payments\"").And.Not.Contain("\"payment_method\""));
        Assert.That(Counter.View(v2.Body)!.Payouts.Single().Payee.Account, Is.EqualTo(Stand.Account));
    }

    [Test]
    public void A_session_of_another_project_is_unknown()
    {
        var id = _bank.Create();
        var reply = _bank.Call(BankPath.Status, $$"""{"session_id":"{{id}}"}""", project: "card");
        Assert.That(reply.Code, Is.EqualTo("invalid_request"));
    }

    [Test]
    public void A_cancel_is_asynchronous_and_names_its_reason()
    {
        var id = _bank.Ready();
        var answer = Counter.View(_bank.Cancel(id).Body)!;
        Assert.That((answer.StatusText, answer.Payouts.Single().StatusText), Is.EqualTo(("in_progress", "pending")));

        _bank.Run(Minute);
        var session = _bank.Status(id);
        Assert.That(session.StatusText, Is.EqualTo("cancelled"));
        Assert.That(session.Payouts.Single().Error!.Code, Is.EqualTo("session_cancelled_by_partner"));
        Assert.That(_bank.Sent[^1].Type, Is.EqualTo(WebhookType.PaymentFinished));
        Assert.That(_bank.Confirm(id, "{}").Code, Is.EqualTo("session_wrong_state"));
        Assert.That(_bank.Bank.Ledger.Count, Is.Zero);
    }

    [Test]
    public void A_session_that_was_never_started_can_be_cancelled()
    {
        var id = _bank.Create();
        Assert.That(_bank.Cancel(id).IsAccepted);
        _bank.Run(Minute);
        Assert.That(_bank.Status(id).StatusText, Is.EqualTo("cancelled"));
        Assert.That(_bank.Start(id).Code, Is.EqualTo("session_wrong_state"));
    }

    [Test]
    public void A_cancel_after_the_confirm_comes_too_late()
    {
        var id = _bank.Ready();
        _bank.Confirm(id);
        Assert.That(_bank.Cancel(id).Code, Is.EqualTo("session_wrong_state"));
        _bank.Run(Minute);
        Assert.That(_bank.Cancel(id).Code, Is.EqualTo("session_wrong_state"));
        Assert.That(_bank.Bank.Ledger.Count, Is.EqualTo(1));
    }

    [Test]
    public void Silence_ends_the_session_after_240_minutes()
    {
        var id = _bank.Ready();
        _bank.Run(TimeSpan.FromMinutes(238));
        Assert.That(_bank.Status(id).AwaitsConfirm);
        _bank.Run(TimeSpan.FromMinutes(2));
        var session = _bank.Status(id);
        Assert.That(session.StatusText, Is.EqualTo("cancelled"));
        Assert.That(session.Payouts.Single().Error!.Code, Is.EqualTo("confirm_timeout"));
        Assert.That(_bank.Confirm(id, "{}").Code, Is.EqualTo("session_wrong_state"));
    }

    [Test]
    public void An_account_confirm_must_echo_what_was_sent()
    {
        var id = _bank.Ready();
        Assert.That(_bank.Call(BankPath.Confirm, $$"""{"session_id":"{{id}}"}""").Code, Is.EqualTo("invalid_request"));
        Assert.That(_bank.Confirm(id, """{"account_details":{}}""").Code, Is.EqualTo("invalid_request"));
        Assert.That(_bank.Status(id).AwaitsConfirm, "a refused confirm changes nothing");
        Assert.That(_bank.Confirm(id).IsAccepted);
    }

    [Test]
    public void Confirm_information_and_payments_carry_the_fields_of_the_banks_example()
    {
        _bank.Ready();
        var example = Shapes.OfFile("rko-ready-to-confirm.webhook.json");
        var ours = Shapes.Of(_bank.Sent.Single().Body);
        // The example's payee is a legal entity; ours, a person, has no INN and KPP.
        example.RemoveWhere(path => path.StartsWith("session.payments[].payment_method", StringComparison.Ordinal));
        Assert.That(
            example
                .Where(p =>
                    !p.EndsWith("inn", StringComparison.Ordinal) && !p.EndsWith("kpp", StringComparison.Ordinal)
                )
                .Except(ours),
            Is.Empty
        );
    }

    [Test]
    public void What_create_carries_start_completes()
    {
        var created = _bank.Call(BankPath.CreateRko, """{"amount_details":{"amount":500,"currency":"rub"}}""");
        var id = Counter.View(created.Body)!.Id;
        var start = Counter
            .StartBody(id)
            .Replace(",\"amount_details\":{\"amount\":350000,\"currency\":\"rub\"}", "", StringComparison.Ordinal);
        Assert.That(_bank.Call(BankPath.StartRko, start).IsAccepted);
        Assert.That(_bank.Status(id).Payouts.Single().Amount, Is.EqualTo(500));
    }

    [Test]
    public void Currency_comes_back_upper_case_and_metadata_not_at_all_for_accounts()
    {
        var payout = _bank.Status(_bank.Ready()).Payouts.Single();
        Assert.That(payout.Currency, Is.EqualTo("RUB"));
        Assert.That(Encoding.UTF8.GetString(_bank.Sent.Single().Body), Does.Not.Contain("good"));
    }

    [Test]
    public void Init_for_an_account_waits_for_a_confirm_unless_the_project_confirms_by_itself()
    {
        var body = Encoding.UTF8.GetString(BankJson.Bytes(Stand.Init()));
        var manual = Counter.View(_bank.Call(BankPath.InitRko, body).Body)!.Id;
        var automatic = Counter.View(_bank.Call(BankPath.InitRko, body, project: "card").Body)!.Id;
        _bank.Run(Minute);
        Assert.That(_bank.Status(manual).AwaitsConfirm);
        Assert.That(_bank.Status(automatic, "card").Status, Is.EqualTo(SessionStatus.Accepted));
        Assert.That(_bank.Bank.Ledger.All().Single().Automatic);
    }
}
