using Bank131.Client;
using Bank131.Views;
using PayoutWorker.Decisions;
using PayoutWorker.Payouts;
using static PayoutWorker.Core.Tests.Sample;
using static PayoutWorker.Payouts.PayoutState;

namespace PayoutWorker.Core.Tests.Decisions;

/// <summary>To the second and to the last count: when exactly it goes one way, and what exactly it says then.</summary>
internal sealed class LimitTests
{
    private static readonly Timings Timings = Sample.Policy.Timings;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [TestCase(0, true)]
    [TestCase(1, false)]
    public void A_confirm_goes_again_when_the_question_left_after_the_quarantine(int askedBefore, bool again)
    {
        var payout = Payout(Confirming, sentAgo: Timings.Quarantine);
        var change = Learn(payout, Status(AwaitsConfirm, Second * askedBefore))!;
        Assert.That(change.To, Is.EqualTo(again ? Ready : Confirming));
        if (again)
            Assert.That((change.DueIn, change.Why), Is.EqualTo((TimeSpan.Zero, "confirm did not arrive")));
    }

    [Test]
    public void A_confirm_that_the_bank_refused_waits_a_little_and_says_so()
    {
        var payout = Payout(Confirming);
        payout = payout with { Call = payout.Call! with { RefusedCode = "activity_count_exceeded" } };
        var change = Learn(payout, Status(AwaitsConfirm))!;
        Assert.That((change.To, change.DueIn), Is.EqualTo((Ready, (TimeSpan?)Timings.RetryPause)));
        Assert.That(change.Why, Is.EqualTo("the bank refused confirm: activity_count_exceeded"));
    }

    [TestCase(1, 1, true)]
    [TestCase(2, 1, true)]
    [TestCase(1, 2, false)]
    public void The_bank_has_our_confirm_only_if_it_was_asked_after_it_left(int sentAgo, int askedAgo, bool has)
    {
        var payout = Payout(Confirming, sentAgo: Second * sentAgo);
        Assert.That(
            Learn(payout, Status(Working, Second * askedAgo))!.To,
            Is.EqualTo(has ? PayoutState.Confirmed : Confirming)
        );
    }

    [TestCase("insufficient_funds", 300)]
    [TestCase("authentication_error", 300)]
    [TestCase("activity_count_exceeded", 5)]
    public void A_start_that_was_refused_for_now_waits_as_long_as_its_reason_takes(string code, int seconds)
    {
        var payout = Payout(Starting, sentAgo: Timings.Quarantine);
        payout = payout with { Call = payout.Call! with { RefusedCode = code } };
        var change = Learn(payout, Status(Empty, TimeSpan.Zero))!;
        Assert.That((change.To, change.DueIn), Is.EqualTo((New, (TimeSpan?)TimeSpan.FromSeconds(seconds))));
        Assert.That(change.Session!.Use, Is.EqualTo(SessionUse.Dead));
    }

    [TestCase(0, false)]
    [TestCase(1, true)]
    public void Error_for_hours_is_held_after_them_and_not_before(int seconds, bool held)
    {
        var payout = Payout(Started) with { StateSince = Now - Timings.ErrorHold - Second * seconds };
        var error = View(SessionStatus.Error, PayoutStatus.InProgress);
        Assert.That(Learn(payout, Status(error))!.To, Is.EqualTo(held ? Held : Started));
    }

    [TestCase(8, Started)]
    [TestCase(9, Held)]
    public void A_payout_is_held_after_so_many_fruitless_claims_and_not_before(int claims, PayoutState to)
    {
        var payout = Payout(Started) with { Claims = claims };
        if (to == Held)
            Assert.That(((Act.Write)Decision.Next(payout, Sample.Policy)).Change.To, Is.EqualTo(Held));
        else
            Assert.That(Decision.Next(payout, Sample.Policy), Is.TypeOf<Act.Ask>());
    }

    [Test]
    public void An_init_waits_for_the_rest_of_its_time()
    {
        var payout = Payout(Initiating, CardOrder) with { StateSince = Now - Timings.InitWait + Second };
        var change = ((Act.Write)Decision.Next(payout, Sample.Policy)).Change;
        Assert.That((change.To, change.DueIn), Is.EqualTo((Initiating, (TimeSpan?)Second)));
    }

    [Test]
    public void The_same_answer_of_create_twice_stores_the_session_once()
    {
        var known = Payout(Starting);
        var unknown = known with { Session = known.Session! with { BankId = null } };
        Assert.That(Learn(known, Taken(Step.Create, Empty))!.Session, Is.Null);
        Assert.That(Learn(unknown, Taken(Step.Create, Empty))!.Session!.BankId, Is.EqualTo("ps_1"));
    }

    [Test]
    public void An_init_whose_webhook_named_another_session_is_held_unless_it_is_over()
    {
        var payout = Payout(Initiating, CardOrder);
        payout = payout with { Session = payout.Session! with { BankId = "ps_webhook" } };
        var change = Learn(payout, Taken(Step.Init, Working))!;
        Assert.That((change.To, change.HoldKind), Is.EqualTo((Held, (HoldKind?)HoldKind.Mismatch)));
        Assert.That(change.Alarms.Single().Kind, Is.EqualTo(AlarmKind.ForeignSession));
        var over = Learn(payout with { State = PayoutState.Paid }, Taken(Step.Init, Working))!;
        Assert.That((over.To, over.Alarms.Count), Is.EqualTo((PayoutState.Paid, 0)));
    }

    [Test]
    public void Another_session_in_an_answer_that_nobody_waits_for_is_no_news()
    {
        var change = Learn(Payout(Started), Taken(Step.Start, Working with { Id = "ps_other" }))!;
        Assert.That((change.Alarms.Count, change.DueIn), Is.EqualTo((0, (TimeSpan?)null)));
    }

    [Test]
    public void What_an_init_shows_is_kept_with_its_session()
    {
        var card = AccountView with { Amount = 10000, Payee = new PayeeView(null, null, null, null, null, "4940") };
        var asks = View(SessionStatus.InProgress, PayoutStatus.Pending, awaitsConfirm: true, shown: card);
        var change = Learn(Payout(Initiating, CardOrder), Taken(Step.Init, asks))!;
        Assert.That((change.To, change.Session!.BankId), Is.EqualTo((Ready, "ps_1")));
        Assert.That(Echo.FromText(change.Session.Echo), Is.EqualTo(Echo.Of(card)));
    }

    [Test]
    public void A_cancel_that_was_taken_is_asked_about_at_growing_intervals() =>
        Assert.That(Learn(Payout(Cancelling), Taken(Step.Cancel, Working))!.Asked);

    [TestCase(Step.Start, Starting, "start did not leave")]
    [TestCase(Step.Confirm, Confirming, null)]
    public void What_did_not_leave_empties_the_session_that_it_would_have_armed(
        Step step,
        PayoutState state,
        string? evidence
    )
    {
        var change = Learn(Payout(state), new Evidence.Answered(step, 1, new BankAnswer.NotSent("refused")))!;
        Assert.That((change.SessionEvidence, change.Session is null), Is.EqualTo((evidence, evidence is null)));
    }

    [Test]
    public void A_used_key_is_no_refusal_whatever_the_table_says_of_it()
    {
        const string used = "idempotency_key_already_exists";
        var policy = Sample.Policy with
        {
            ErrorCodes = new Dictionary<string, ErrorClass> { [used] = ErrorClass.Fail },
        };
        var answer = new Evidence.Answered(Step.Create, 1, new BankAnswer.Refused(new BankError(used, null)));
        Assert.That(Decision.Learn(Payout(Creating), answer, policy, mine: true)!.To, Is.EqualTo(Creating));
    }

    [Test]
    public void Only_a_refusal_that_is_about_us_stops_the_project()
    {
        Assert.That(Learn(Payout(Creating), Refused("account_not_found"))!.StopProject, Is.Null);
        Assert.That(Learn(Payout(Creating), Refused("authentication_error"))!.StopProject, Is.Not.Null);
        var poor = Learn(Payout(Creating), Refused("insufficient_funds"))!;
        Assert.That(
            (poor.StopProject, poor.Alarms.Single().Subject),
            Is.EqualTo(((string?)null, AccountOrder.SenderAccount))
        );
    }

    [TestCase(Flow.SingleRequest)]
    [TestCase(Flow.TwoStep)]
    public void No_account_payout_goes_where_the_bank_confirms_by_itself(Flow flow)
    {
        var payout = Payout(New, AccountOrder with { Flow = flow }) with { Project = "auto" };
        Assert.That(((Act.Write)Decision.Next(payout, Sample.Policy)).Change.To, Is.EqualTo(Rejected));
    }

    [Test]
    public void A_payout_that_no_project_pays_is_told_once_for_its_sender()
    {
        var change = ((Act.Write)Decision.Next(Payout(New) with { Project = null }, Sample.Policy)).Change;
        Assert.That(change.Alarms.Single().Subject, Is.EqualTo($"Account {AccountOrder.SenderAccount}"));
    }

    [Test]
    public void What_is_held_before_money_without_a_session_is_cancelled_at_once()
    {
        var held = Payout(New) with { State = Held, HeldFrom = New, HeldKind = HoldKind.BeforeMoney };
        var change = ((Act.Write)Decision.Next(held with { CancelAsked = true }, Sample.Policy)).Change;
        Assert.That(change.To, Is.EqualTo(Cancelled));
        var waits = ((Act.Write)Decision.Next(held, Sample.Policy)).Change;
        Assert.That((waits.To, waits.Asked), Is.EqualTo((Held, true)));
    }

    [TestCase(0, true)]
    [TestCase(1, false)]
    public void A_cancel_of_what_is_held_is_sent_once(int sends, bool goes)
    {
        var held = Payout(Cancelling, sends: sends) with
        {
            State = Held,
            HeldFrom = Started,
            HeldKind = HoldKind.OutcomeUnknown,
            CancelAsked = true,
        };
        var act = Decision.Next(held, Sample.Policy);
        Assert.That(act is Act.Write { Change.Intent: Step.Cancel }, Is.EqualTo(goes));
    }

    [Test]
    public void The_result_names_the_session_that_was_shown_and_else_the_one_that_is_known()
    {
        var shown = Learn(Payout(PayoutState.Confirmed), Status(Sample.Paid with { Id = "ps_shown" }))!;
        Assert.That(shown.Result!.SessionId, Is.EqualTo("ps_shown"));
        var refused = Payout(Starting);
        refused = refused with { Call = refused.Call! with { RefusedCode = "account_not_found" } };
        Assert.That(Learn(refused, Status(Empty))!.Result!.SessionId, Is.EqualTo("ps_1"));
    }

    private static Evidence.Answered Taken(Step step, SessionView session) =>
        new(step, 1, new BankAnswer.Accepted(session));

    private static Evidence.Answered Refused(string code) =>
        new(Step.Create, 1, new BankAnswer.Refused(new BankError(code, null)));

    private static Change? Learn(Payout payout, Evidence evidence) =>
        Decision.Learn(payout, evidence, Sample.Policy, mine: true);
}
