using Bank131.Client;
using Bank131.Views;
using PayoutWorker.Decisions;
using PayoutWorker.Payouts;
using static PayoutWorker.Core.Tests.Sample;
using static PayoutWorker.Payouts.PayoutState;

namespace PayoutWorker.Core.Tests.Decisions;

/// <summary>What became of a call of ours, and what it changes.</summary>
internal sealed class AnsweredTests
{
    private static readonly BankAnswer Lost = new BankAnswer.Unknown("no answer in time");
    private static readonly BankAnswer NotSent = new BankAnswer.NotSent("connection: refused");

    [Test]
    public void The_answer_of_create_stores_the_session_and_intends_start_in_one_write()
    {
        var change = Learn(Payout(Creating), Step.Create, new BankAnswer.Accepted(Empty))!;
        Assert.That(change.To, Is.EqualTo(Starting));
        Assert.That(change.Intent, Is.EqualTo(Step.Start));
        Assert.That(
            change.Session,
            Has.Property("BankId").EqualTo("ps_1").And.Property("Use").EqualTo(SessionUse.Armed)
        );
    }

    [TestCase("cancel")]
    [TestCase("hold")]
    [TestCase("stop")]
    [TestCase("limit")]
    [TestCase("approval")]
    [TestCase("not mine")]
    public void The_answer_of_create_starts_nothing_when_somebody_asked_otherwise_meanwhile(string what)
    {
        var payout = Payout(Creating) with
        {
            CancelAsked = what == "cancel",
            HoldAsked = what == "hold",
            Stopped = what == "stop",
            OverLimit = what == "limit" ? new OverLimit("limit 1", "limit 1 today") : null,
            ApprovalVoid = what == "approval",
        };
        var change = Learn(payout, Step.Create, new BankAnswer.Accepted(Empty), mine: what != "not mine")!;
        Assert.That(change.To, Is.EqualTo(Created));
        Assert.That(change.Intent, Is.Null);
        Assert.That(change.Session!.BankId, Is.EqualTo("ps_1"), "the session is stored in any case");
    }

    [Test]
    public void The_late_answer_of_an_earlier_create_is_kept_and_moves_nothing()
    {
        var payout = Payout(Starting);
        payout = payout with { Session = payout.Session! with { N = 2, BankId = "ps_2" } };
        var change = Learn(payout, Step.Create, new BankAnswer.Accepted(Empty), n: 1)!;
        Assert.That(change.To, Is.EqualTo(Starting));
        Assert.That(change.Session, Has.Property("N").EqualTo(1).And.Property("BankId").EqualTo("ps_1"));
        Assert.That(payout.After(change).Session!.BankId, Is.EqualTo("ps_2"));
    }

    [TestCase(Step.Create, 1, null, "the answer to create came after its end")]
    [TestCase(Step.Create, 1, "ps_1", null)]
    [TestCase(Step.Create, 2, "ps_2", "the answer to create came after its end")]
    [TestCase(Step.Init, 1, null, "the answer to init came after its end")]
    [TestCase(Step.Init, 1, "ps_1", null)]
    public void An_answer_after_the_end_changes_a_session_with_a_line_of_history_or_not_at_all(
        Step step,
        int current,
        string? known,
        string? why
    )
    {
        var payout = Payout(Cancelled);
        payout = payout with { Session = payout.Session! with { N = current, BankId = known } };
        var change = Learn(payout, step, new BankAnswer.Accepted(Empty), n: 1)!;
        Assert.That((change.To, change.Why), Is.EqualTo((Cancelled, why)));
        Assert.That(change.Session?.BankId, Is.EqualTo(why is null ? null : "ps_1"));
        Assert.That(change.Outcome!.Word, Is.EqualTo("accepted"));
    }

    [Test]
    public void A_session_that_is_named_after_the_end_with_an_alarm_is_a_line_of_history_too()
    {
        var payout = Payout(PayoutState.Paid, CardOrder);
        payout = payout with { Session = payout.Session! with { BankId = null } };
        var doubled = View(SessionStatus.InProgress, PayoutStatus.InProgress, copies: 2);
        var change = Learn(payout, Step.Init, new BankAnswer.Accepted(doubled))!;
        Assert.That(change.Why, Is.EqualTo("the answer to init came after its end"));
        Assert.That(change.Alarms.Single().Kind, Is.EqualTo(AlarmKind.DoubledPayout));
        Assert.That(change.Session!.BankId, Is.EqualTo("ps_1"));
    }

    [TestCase(Step.Start, Starting)]
    [TestCase(Step.Confirm, Confirming)]
    [TestCase(Step.Cancel, Cancelling)]
    public void An_unknown_outcome_stays_where_it_is_and_is_asked_about(Step step, PayoutState state)
    {
        var change = Learn(Payout(state), step, Lost)!;
        Assert.That(change.To, Is.EqualTo(state));
        Assert.That(change.Intent, Is.Null);
        Assert.That(change.Outcome!.Word, Is.EqualTo("unknown"));
    }

    [Test]
    public void An_unknown_init_waits_for_the_bank_s_webhook()
    {
        var change = Learn(Payout(Initiating, CardOrder), Step.Init, Lost)!;
        Assert.That(change.To, Is.EqualTo(Initiating));
        Assert.That(change.DueIn, Is.EqualTo(Sample.Policy.Timings.InitWait));
    }

    [TestCase(Step.Create, Creating, New)]
    [TestCase(Step.Start, Starting, Created)]
    [TestCase(Step.Init, Initiating, New)]
    [TestCase(Step.Confirm, Confirming, Ready)]
    public void What_provably_did_not_leave_goes_back(Step step, PayoutState state, PayoutState before) =>
        Assert.That(Learn(Payout(state), step, NotSent)!.To, Is.EqualTo(before));

    [Test]
    public void An_outage_in_which_nothing_leaves_opens_no_row_of_sessions()
    {
        var payout = Payout(Initiating, CardOrder);
        for (var i = 0; i < 5; i++)
        {
            payout = payout.After(Learn(payout, Step.Init, NotSent)!);
            payout = payout.After(((Act.Write)Decision.Next(payout, Sample.Policy)).Change);
            Assert.That(payout.Session!.N, Is.EqualTo(1));
            Assert.That(payout.Call!.Sends, Is.EqualTo(1), "only this one may have left");
        }
    }

    [TestCase(Step.Start, Starting)]
    [TestCase(Step.Confirm, Confirming)]
    public void A_resend_that_did_not_leave_says_nothing_about_the_send_before_it(Step step, PayoutState state) =>
        Assert.That(Learn(Payout(state, sends: 2), step, NotSent)!.To, Is.EqualTo(state));

    [Test]
    public void A_refused_start_fails_only_when_the_session_shows_no_payout()
    {
        var payout = Payout(Starting);
        var refused = Learn(payout, Step.Start, Refused("account_not_found"))!;
        Assert.That(refused.To, Is.EqualTo(Starting));
        Assert.That(refused.DueIn, Is.EqualTo(TimeSpan.Zero), "asked at once");
        var after = payout.After(refused);
        Assert.That(Seen(after, Empty)!.To, Is.EqualTo(Failed));
        Assert.That(Seen(after, Working)!.To, Is.EqualTo(Started), "the bank's session is the truth");
    }

    [Test]
    public void A_start_refused_for_now_is_tried_again_in_a_new_session_under_a_new_key()
    {
        var payout = Payout(Starting);
        var after = payout.After(Learn(payout, Step.Start, Refused("activity_count_exceeded"))!);
        Assert.That(Seen(after, Empty)!.To, Is.EqualTo(Starting), "a second copy of it may still be taken");
        var later = after with { Now = Now + Sample.Policy.Timings.Quarantine + TimeSpan.FromSeconds(1) };
        var change = Seen(later, Empty)!;
        Assert.That(change.To, Is.EqualTo(New));
        Assert.That(change.Session!.Use, Is.EqualTo(SessionUse.Dead));
    }

    [TestCase("brand_new_code")]
    [TestCase("idempotency_key_already_exists")]
    public void A_start_answered_with_an_unknown_code_waits_for_the_quarantine(string code)
    {
        var payout = Payout(Starting);
        var after = payout.After(Learn(payout, Step.Start, Refused(code))!);
        Assert.That(Seen(after, Empty)!.To, Is.EqualTo(Starting));
        var later = after with { Now = Now + Sample.Policy.Timings.Quarantine + TimeSpan.FromSeconds(1) };
        Assert.That(Seen(later, Empty)!.To, Is.EqualTo(New), "its key may be used up, its session is proven empty");
    }

    [Test]
    public void A_refusal_after_a_resend_waits_for_the_quarantine_of_the_sends_before()
    {
        var payout = Payout(Starting, sends: 2);
        var after = payout.After(Learn(payout, Step.Start, Refused("account_not_found"))!);
        Assert.That(Seen(after, Empty)!.To, Is.EqualTo(Starting));
    }

    [Test]
    public void An_unknown_code_is_an_unknown_outcome()
    {
        Assert.That(Learn(Payout(Creating), Step.Create, Refused("brand_new_code"))!.To, Is.EqualTo(Creating));
        Assert.That(
            Learn(Payout(Initiating, CardOrder), Step.Init, Refused("brand_new_code"))!.To,
            Is.EqualTo(Initiating)
        );
        Assert.That(Learn(Payout(Confirming), Step.Confirm, Refused("brand_new_code"))!.To, Is.EqualTo(Confirming));
    }

    [Test]
    public void A_used_key_means_that_the_earlier_call_arrived()
    {
        var keyUsed = Refused("idempotency_key_already_exists");
        Assert.That(Learn(Payout(Initiating, CardOrder), Step.Init, keyUsed)!.To, Is.EqualTo(Initiating));
        Assert.That(Learn(Payout(Starting), Step.Start, keyUsed)!.To, Is.EqualTo(Starting));
        Assert.That(
            Learn(Payout(Creating), Step.Create, keyUsed)!.To,
            Is.EqualTo(Creating),
            "then a new session opens"
        );
    }

    [TestCase(Step.Create, Creating)]
    [TestCase(Step.Start, Starting)]
    [TestCase(Step.Init, Initiating)]
    [TestCase(Step.Confirm, Confirming)]
    public void A_refused_key_of_ours_stops_the_project_and_fails_no_payout(Step step, PayoutState state)
    {
        var change = Learn(Payout(state), step, Refused("authentication_error"))!;
        Assert.That(change.StopProject, Is.Not.Null);
        Assert.That(change.To.IsFinal(), Is.False);
    }

    [TestCase(401)]
    [TestCase(403)]
    public void A_refusal_of_our_key_without_a_code_stops_the_project_and_stays_unknown(int status)
    {
        var answer = new BankAnswer.Unknown("HTTP without a session or an error code") { HttpStatus = status };
        var change = Learn(Payout(Starting), Step.Start, answer)!;
        Assert.That(change.To, Is.EqualTo(Starting));
        Assert.That(change.StopProject, Is.Not.Null);
        Assert.That(Learn(Payout(Starting), Step.Start, answer with { HttpStatus = 500 })!.StopProject, Is.Null);
    }

    [TestCase("account_not_found", Failed)]
    [TestCase("insufficient_funds", New)]
    [TestCase("needs_a_person", Held)]
    public void A_refused_init_follows_the_code(string code, PayoutState to) =>
        Assert.That(Learn(Payout(Initiating, CardOrder), Step.Init, Refused(code))!.To, Is.EqualTo(to));

    [TestCase("account_not_found", Failed)]
    [TestCase("insufficient_funds", New)]
    [TestCase("needs_a_person", Held)]
    [TestCase("activity_count_exceeded", Creating)]
    public void A_refused_create_follows_the_code(string code, PayoutState to) =>
        Assert.That(Learn(Payout(Creating), Step.Create, Refused(code))!.To, Is.EqualTo(to));

    [Test]
    public void An_answer_that_names_another_session_is_no_answer_and_an_alarm()
    {
        var change = Learn(Payout(Starting), Step.Start, new BankAnswer.Accepted(Working with { Id = "ps_999" }))!;
        Assert.That(change.To, Is.EqualTo(Starting));
        Assert.That(change.Alarms.Single().Kind, Is.EqualTo(AlarmKind.ForeignSession));
    }

    [Test]
    public void The_webhook_may_overtake_the_answer()
    {
        Assert.That(
            Learn(Payout(Ready), Step.Start, new BankAnswer.Accepted(Working))!,
            Has.Property("To").EqualTo(Ready).And.Property("DueIn").Null
        );
        Assert.That(
            Learn(Payout(PayoutState.Paid), Step.Confirm, new BankAnswer.Accepted(Working))!.To,
            Is.EqualTo(PayoutState.Paid)
        );
    }

    [Test]
    public void The_answer_of_init_brings_the_session_and_its_state()
    {
        var change = Learn(Payout(Initiating, CardOrder), Step.Init, new BankAnswer.Accepted(Working))!;
        Assert.That(change.To, Is.EqualTo(Started));
        Assert.That(change.Session!.BankId, Is.EqualTo("ps_1"));
    }

    [Test]
    public void An_init_answer_that_comes_after_it_was_held_ends_the_hold()
    {
        var held = Payout(Initiating, CardOrder).After(new Change { To = Held, HoldKind = HoldKind.OutcomeUnknown });
        var change = Learn(held, Step.Init, new BankAnswer.Accepted(Working))!;
        Assert.That(change.To, Is.EqualTo(Started));
        Assert.That(change.Session!.BankId, Is.EqualTo("ps_1"));
    }

    [Test]
    public void A_worker_that_slept_and_did_not_send_ends_the_hold_for_the_want_of_its_word()
    {
        var held = Payout(Initiating, CardOrder).After(new Change { To = Held, HoldKind = HoldKind.OutcomeUnknown });
        Assert.That(Learn(held, Step.Init, NotSent)!.To, Is.EqualTo(New));
        Assert.That(Learn(held, Step.Init, Lost)!.To, Is.EqualTo(Held));
        var mismatch = held with { HeldKind = HoldKind.Mismatch };
        Assert.That(Learn(mismatch, Step.Init, NotSent)!.To, Is.EqualTo(Held));
    }

    [Test]
    public void Every_answer_is_kept_even_when_it_changes_nothing()
    {
        foreach (var state in Enum.GetValues<PayoutState>())
        foreach (var step in Enum.GetValues<Step>())
        foreach (var answer in new[] { Lost, NotSent, Refused("x"), new BankAnswer.Accepted(Working) })
            Assert.That(Learn(Payout(state), step, answer)?.Outcome, Is.Not.Null, $"{state} {step} {answer}");
    }

    private static Change? Learn(Payout payout, Step step, BankAnswer answer, bool mine = true, int? n = null) =>
        Decision.Learn(payout, new Evidence.Answered(step, n ?? payout.Session?.N ?? 1, answer), Sample.Policy, mine);

    private static Change? Seen(Payout payout, SessionView view) =>
        Decision.Learn(payout, Status(view), Sample.Policy, mine: true);

    private static BankAnswer.Refused Refused(string code) => new(new BankError(code, "text"));
}
