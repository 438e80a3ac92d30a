using Bank131.Simulator.Tests.Support;
using Bank131.Views;

namespace Bank131.Simulator.Tests;

internal sealed class OutcomeScriptTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private Counter _bank = null!;

    [SetUp]
    public void Open() => _bank = new Counter();

    [TearDown]
    public void Close() => _bank.Dispose();

    [Test]
    public void A_start_is_refused_with_the_scripts_code()
    {
        Script(
            new(Stand.Account)
            {
                Outcome = Outcome.RefuseStart,
                Code = "insufficient_funds",
                OutcomeTimes = 1,
            }
        );
        var id = _bank.Create();
        Assert.That(_bank.Start(id).Code, Is.EqualTo("insufficient_funds"));
        Assert.That(_bank.Status(id).StatusText, Is.EqualTo("created"));
        Assert.That(_bank.Start(id).IsAccepted, "once was asked for");
    }

    [Test]
    public void A_check_fails_without_asking_for_a_confirm()
    {
        Script(new(Stand.Account) { Outcome = Outcome.FailCheck, Code = "account_not_found" });
        var id = _bank.Create();
        _bank.Start(id);
        _bank.Run(Minute);
        var payout = _bank.Status(id).Payouts.Single();
        Assert.That((payout.Status, payout.Error!.Code), Is.EqualTo((PayoutStatus.Failed, "account_not_found")));
        Assert.That(_bank.Sent.Single().Type, Is.EqualTo(WebhookType.PaymentFinished));
    }

    [Test]
    public void A_confirmed_payout_fails_and_is_not_in_the_ledger()
    {
        Script(new(Stand.Account) { Outcome = Outcome.FailAfterConfirm, Code = "operation_rejected" });
        var session = Confirmed();
        Assert.That(session.StatusText, Is.EqualTo("cancelled"));
        Assert.That(session.Payouts.Single().Error!.Code, Is.EqualTo("operation_rejected"));
        Assert.That(_bank.Bank.Ledger.Count, Is.Zero);
    }

    [TestCase(true, "accepted", 1)]
    [TestCase(false, "cancelled", 0)]
    public void An_error_resolves_later(bool paid, string status, int settled)
    {
        var hour = TimeSpan.FromHours(1);
        Script(
            new(Stand.Account)
            {
                Outcome = Outcome.Error,
                ResolvesAfter = hour,
                ResolvesPaid = paid,
            }
        );
        var session = Confirmed();
        Assert.That((session.StatusText, _bank.Bank.Ledger.Count), Is.EqualTo(("error", 0)));
        _bank.Run(hour);
        Assert.That((_bank.Status(session.Id).StatusText, _bank.Bank.Ledger.Count), Is.EqualTo((status, settled)));
    }

    [Test]
    public void An_error_without_an_end_stays()
    {
        Script(new(Stand.Account) { Outcome = Outcome.Error, ErrorShowsFailed = true });
        var session = Confirmed();
        _bank.Run(TimeSpan.FromDays(30));
        session = _bank.Status(session.Id);
        Assert.That((session.StatusText, session.Payouts.Single().StatusText), Is.EqualTo(("error", "failed")));
    }

    [TestCase(MismatchField.Amount, MismatchPlace.Payments)]
    [TestCase(MismatchField.Currency, MismatchPlace.Payments)]
    [TestCase(MismatchField.Account, MismatchPlace.Both)]
    [TestCase(MismatchField.Bik, MismatchPlace.ConfirmInformation)]
    [TestCase(MismatchField.Sender, MismatchPlace.ConfirmInformation)]
    [TestCase(MismatchField.Name, MismatchPlace.Both)]
    [TestCase(MismatchField.Inn, MismatchPlace.Payments)]
    [TestCase(MismatchField.Kpp, MismatchPlace.ConfirmInformation)]
    public void A_mismatch_is_shown_where_it_was_asked_for(MismatchField field, MismatchPlace place)
    {
        var honest = Fields(_bank.Status(_bank.Ready()));
        Script(new(Stand.Account) { Mismatches = [new(field, place)] });
        var shown = Fields(_bank.Status(_bank.Ready()));
        Assert.That(shown.Payments != honest.Payments, Is.EqualTo(place != MismatchPlace.ConfirmInformation));
        Assert.That(shown.Confirm != honest.Confirm, Is.EqualTo(place != MismatchPlace.Payments));
    }

    [Test]
    public void Who_confirms_a_mismatch_pays_it()
    {
        Script(new(Stand.Account) { Mismatches = [new(MismatchField.Account, MismatchPlace.ConfirmInformation)] });
        Confirmed();
        Assert.That(_bank.Bank.Ledger.All().Single().Payee, Is.EqualTo("40817810400003869536"));
    }

    [Test]
    public void A_session_may_hold_a_second_payout_and_pay_it()
    {
        Script(new(Stand.Account) { SecondPayout = true });
        var session = Confirmed();
        Assert.That(session.Payouts, Has.Count.EqualTo(2));
        Assert.That(_bank.Bank.Ledger.Of(Stand.Account, 350000), Has.Count.EqualTo(2));
        Assert.That(_bank.Sent, Has.Count.EqualTo(2), "one ready_to_confirm and one payment_finished");
    }

    [Test]
    public void Money_comes_back_in_parts()
    {
        Script(
            new(Stand.Account)
            {
                Returns =
                [
                    new(TimeSpan.FromDays(3), 100000),
                    new(TimeSpan.FromDays(5)),
                    new(TimeSpan.FromDays(6), 7, "declined"),
                ],
            }
        );
        var id = Confirmed().Id;
        _bank.Run(TimeSpan.FromDays(4));
        Assert.That(_bank.Status(id).Payouts.Single().RefundedAmount, Is.EqualTo(100000));
        _bank.Run(TimeSpan.FromDays(4));
        Assert.That(_bank.Status(id).Payouts.Single().RefundedAmount, Is.EqualTo(450000));
        Assert.That(_bank.Status(id).StatusText, Is.EqualTo("accepted"));
        Assert.That(_bank.Bank.Ledger.All().Single().RefundedAmount, Is.EqualTo(450000));
        Assert.That(_bank.Sent.Count(d => d.Type == WebhookType.PaymentRefunded), Is.EqualTo(3));
    }

    [Test]
    public void A_cancel_may_lose_its_race()
    {
        Script(new(Stand.Account) { PaysDespiteCancel = true });
        var id = _bank.Ready();
        Assert.That(_bank.Cancel(id).IsAccepted);
        _bank.Run(Minute);
        Assert.That((_bank.Status(id).StatusText, _bank.Bank.Ledger.Count), Is.EqualTo(("accepted", 1)));
        Assert.That(_bank.Bank.Ledger.All().Single().Confirms, Is.Zero);
    }

    [Test]
    public void A_success_may_come_after_the_final_failure()
    {
        Script(new(Stand.Account) { Outcome = Outcome.FailAfterConfirm, LateSuccessAfter = TimeSpan.FromHours(2) });
        var session = Confirmed();
        Assert.That(session.StatusText, Is.EqualTo("cancelled"));
        _bank.Run(TimeSpan.FromHours(3));
        session = _bank.Status(session.Id);
        Assert.That((session.StatusText, session.Payouts.Single().Error), Is.EqualTo(("accepted", (BankError?)null)));
        Assert.That(_bank.Bank.Ledger.Count, Is.EqualTo(1));
    }

    [Test]
    public void A_script_with_an_amount_meets_only_that_amount()
    {
        Script(new(Stand.Account) { Amount = 1, Outcome = Outcome.RefuseStart });
        Assert.That(_bank.Start(_bank.Create()).IsAccepted);
        Script(new(Stand.Account) { Amount = 350000, Outcome = Outcome.RefuseStart });
        Assert.That(_bank.Start(_bank.Create()).IsAccepted, Is.False);
    }

    private void Script(PayoutScript script) => _bank.Bank.Script(script);

    private SessionView Confirmed()
    {
        var id = _bank.Ready();
        Assert.That(_bank.Confirm(id).IsAccepted);
        _bank.Run(Minute);
        return _bank.Status(id);
    }

    private static (string Payments, string Confirm) Fields(SessionView session)
    {
        var payout = session.Payouts.Single();
        var payments = $"{payout.Amount} {payout.Currency} {payout.Payee} {payout.SenderAccount}";
        return (payments, ViewReader.Confirm(session.ConfirmInformation!)!.ToString());
    }
}
