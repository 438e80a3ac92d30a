using Bank131.Messages;
using Bank131.Simulator.Tests.Support;
using Bank131.Views;

namespace Bank131.Simulator.Tests;

/// <summary>What the bank's pages leave open, both ways.</summary>
internal sealed class PolicyTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Test]
    public void A_second_start_is_refused_by_default()
    {
        using var bank = new Counter();
        var id = bank.Create();
        bank.Start(id);
        Assert.That(bank.Start(id).Code, Is.EqualTo("session_wrong_state"));
        Assert.That(bank.Status(id).Payouts, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_second_start_may_add_a_second_payout_and_both_are_paid()
    {
        using var bank = new Counter(new() { SecondStart = SecondStart.AddPayout });
        var id = bank.Create();
        bank.Start(id);
        Assert.That(bank.Start(id).IsAccepted);
        bank.Run(Minute);
        Assert.That(bank.Status(id).Payouts, Has.Count.EqualTo(2));
        bank.Confirm(id);
        bank.Run(Minute);
        Assert.That(bank.Bank.Ledger.Repeated().Single(), Has.Count.EqualTo(2));
    }

    [TestCase(SecondConfirm.Refuse, ExpectedResult = "session_wrong_state")]
    [TestCase(SecondConfirm.AcceptQuietly, ExpectedResult = null)]
    public string? A_second_confirm_never_pays_again(SecondConfirm policy)
    {
        using var bank = new Counter(new() { SecondConfirm = policy });
        var id = bank.Ready();
        var information = bank.Status(id).ConfirmInformation;
        bank.Confirm(id, information);
        var code = bank.Confirm(id, information).Code;
        bank.Run(Minute);
        Assert.That(bank.Bank.Ledger.All().Single().Confirms, Is.EqualTo(1));
        return code;
    }

    [Test]
    public void A_repeated_key_is_refused_and_does_nothing()
    {
        using var bank = new Counter();
        var id = bank.Create("k1");
        Assert.That(bank.Call(BankPath.CreateRko, "{}", "k1").Code, Is.EqualTo("idempotency_key_already_exists"));
        Assert.That(bank.Start(id, key: "k1").Code, Is.EqualTo("idempotency_key_already_exists"));
        Assert.That(bank.Bank.Sessions, Has.Count.EqualTo(1));
        Assert.That(bank.Call(BankPath.CreateRko, "{}", "k1", "card").IsAccepted, "keys belong to a project");
    }

    [Test]
    public void A_repeated_key_may_replay_the_first_answer()
    {
        using var bank = new Counter(new() { DuplicateKey = DuplicateKey.Replay });
        var first = bank.Call(BankPath.CreateRko, "{}", "k1");
        var second = bank.Call(BankPath.CreateRko, "{}", "k1");
        Assert.That(second.Body, Is.EqualTo(first.Body));
        Assert.That(bank.Bank.Sessions, Has.Count.EqualTo(1));
    }

    [Test]
    public void Keys_may_be_ignored()
    {
        using var bank = new Counter(new() { DuplicateKey = DuplicateKey.Ignore });
        bank.Create("k1");
        bank.Create("k1");
        Assert.That(bank.Bank.Sessions, Has.Count.EqualTo(2));
    }

    [TestCase(true, ExpectedResult = "idempotency_key_already_exists")]
    [TestCase(false, ExpectedResult = null)]
    public string? A_refused_request_uses_its_key_or_not(bool used)
    {
        using var bank = new Counter(new() { RefusedKeyIsUsed = used });
        var id = bank.Create();
        Assert.That(bank.Start(id, account: "123", key: "k").Code, Is.EqualTo("invalid_request"));
        return bank.Start(id, key: "k").Code;
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Status_shows_confirm_information_or_not(bool shows)
    {
        using var bank = new Counter(new() { StatusShowsConfirmInformation = shows });
        Assert.That(bank.Status(bank.Ready()).ConfirmInformation is not null, Is.EqualTo(shows));
    }

    [TestCase(FailedSession.Cancelled, SessionStatus.Cancelled)]
    [TestCase(FailedSession.Error, SessionStatus.Error)]
    public void A_failed_payout_stands_in_a_session_of_the_chosen_status(FailedSession policy, SessionStatus expected)
    {
        using var bank = new Counter(new() { FailedSession = policy });
        bank.Bank.Script(new PayoutScript(Stand.Account) { Outcome = Outcome.FailAfterConfirm });
        var id = bank.Ready();
        bank.Confirm(id);
        bank.Run(Minute);
        var session = bank.Status(id);
        Assert.That((session.Status, session.Payouts.Single().Status), Is.EqualTo((expected, PayoutStatus.Failed)));
    }

    [TestCase(true, 2)]
    [TestCase(false, 1)]
    public void Payment_finished_follows_a_cancel_or_not(bool follows, int webhooks)
    {
        using var bank = new Counter(new() { FinishedAfterCancel = follows });
        bank.Cancel(bank.Ready());
        bank.Run(Minute);
        Assert.That(bank.Sent, Has.Count.EqualTo(webhooks));
    }

    [Test]
    public void An_error_code_may_have_an_http_status_of_its_own()
    {
        using var bank = new Counter(
            new() { HttpStatuses = new Dictionary<string, int> { ["identification_error"] = 401 } }
        );
        Assert.That(bank.Call(BankPath.CreateRko, "{}", project: "nobody").HttpStatus, Is.EqualTo(401));
        Assert.That(bank.Call(BankPath.CreateRko, "[]").HttpStatus, Is.EqualTo(400));
    }

    [TestCase(0, "\"payments\"")]
    [TestCase(1, "\"payments\"")]
    [TestCase(2, "\"payout_list\"")]
    public void Webhooks_use_the_names_of_the_chosen_version(int names, string word)
    {
        using var bank = new Counter(new() { WebhookNames = names });
        bank.Ready();
        Assert.That(System.Text.Encoding.UTF8.GetString(bank.Sent.Single().Body), Does.Contain(word));
    }

    [Test]
    public void Status_may_lag_behind_the_truth()
    {
        using var bank = new Counter(change: o => o with { Delays = new() { StatusLag = TimeSpan.FromSeconds(10) } });
        var id = bank.Create();
        bank.Start(id);
        bank.Run(TimeSpan.FromSeconds(5));
        Assert.That(bank.Status(id).StatusText, Is.EqualTo("created"), "started, and status does not know yet");
        bank.Run(TimeSpan.FromSeconds(10));
        Assert.That(bank.Status(id).AwaitsConfirm);
    }

    [TestCase("044525971", "40817810100000270411", ExpectedResult = false)]
    [TestCase("044525974", "40817810400003869535", ExpectedResult = true)]
    public bool Control_keys_are_checked_when_asked_for(string bik, string account)
    {
        using var bank = new Counter(new() { CheckControlKeys = true });
        var id = bank.Create();
        var body = Counter.StartBody(id, account).Replace("044525974", bik, StringComparison.Ordinal);
        return bank.Call(BankPath.StartRko, body).IsAccepted;
    }

    [TestCase(ConfirmEcho.SameJson, true)]
    [TestCase(ConfirmEcho.SameBytes, false)]
    public void An_echo_with_other_white_space_is_the_same_json_but_not_the_same_bytes(ConfirmEcho policy, bool good)
    {
        using var bank = new Counter(new() { ConfirmEcho = policy });
        var id = bank.Ready();
        var spaced = bank.Status(id).ConfirmInformation!.Replace("{", "{ ", StringComparison.Ordinal);
        Assert.That(bank.Confirm(id, spaced).IsAccepted, Is.EqualTo(good));
    }
}
