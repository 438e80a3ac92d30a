using Bank131.Client;
using Bank131.Views;
using PayoutWorker.Decisions;
using PayoutWorker.Payouts;
using static PayoutWorker.Core.Tests.Sample;
using static PayoutWorker.Payouts.PayoutState;

namespace PayoutWorker.Core.Tests.Decisions;

/// <summary>The corners of the decision: what is missing, what comes twice, what is at its limit.</summary>
internal sealed class EdgeTests
{
    private static readonly Timings Timings = Sample.Policy.Timings;

    [Test]
    public void An_answer_to_a_call_that_is_not_in_the_books_counts_as_its_only_one()
    {
        var payout = Payout(Starting) with { Call = null };
        var answer = new Evidence.Answered(Step.Start, 1, new BankAnswer.NotSent("refused"), Now);
        Assert.That(Learn(payout, answer)!.To, Is.EqualTo(Created));
    }

    [Test]
    public void A_start_that_was_taken_and_shows_nothing_yet_is_started()
    {
        var change = Learn(Payout(Starting), Answered(Step.Start, new BankAnswer.Accepted(Empty)))!;
        Assert.That((change.To, change.DueIn), Is.EqualTo((Started, (TimeSpan?)Timings.Poll(0))));
    }

    [TestCase(Initiating, 0)]
    [TestCase(Started, null)]
    public void An_init_whose_answer_says_no_more_than_its_session_is_asked_about_if_it_waits_for_that(
        PayoutState state,
        int? seconds
    )
    {
        var payout = Payout(state, CardOrder);
        var answer = new BankAnswer.Accepted(View(SessionStatus.Unknown, PayoutStatus.InProgress));
        var change = Learn(payout, Answered(Step.Init, answer))!;
        Assert.That((change.To, change.Session!.BankId), Is.EqualTo((state, "ps_1")));
        Assert.That(change.DueIn?.TotalSeconds, Is.EqualTo(seconds));
    }

    [TestCase(Step.Create, Creating, Held)]
    [TestCase(Step.Init, Initiating, Held)]
    [TestCase(Step.Start, Starting, Starting)]
    [TestCase(Step.Confirm, Confirming, Confirming)]
    [TestCase(Step.Cancel, Cancelling, Cancelling)]
    public void A_used_key_after_a_gap_holds_what_opens_a_session_and_nothing_else(
        Step step,
        PayoutState state,
        PayoutState to
    )
    {
        var payout = Payout(state, step == Step.Init ? CardOrder : null);
        Assert.That(Learn(payout with { AfterGap = true }, KeyUsed(step))!.To, Is.EqualTo(to));
        Assert.That(Learn(payout, KeyUsed(step))!.To, Is.EqualTo(state), "without a gap it is the call before it");
    }

    [TestCase(Step.Start, Starting)]
    [TestCase(Step.Confirm, Confirming)]
    public void A_bank_that_says_when_to_come_again_is_asked_then(Step step, PayoutState state)
    {
        var pause = TimeSpan.FromSeconds(17);
        Assert.That(
            Learn(Payout(state), Answered(step, new BankAnswer.Unknown("HTTP 429", pause)))!.DueIn,
            Is.EqualTo(pause)
        );
        Assert.That(
            Learn(Payout(state), Answered(step, new BankAnswer.Unknown("HTTP 429")))!.DueIn,
            Is.EqualTo(Timings.AskSoon)
        );
    }

    [Test]
    public void Many_sessions_and_a_refused_key_are_two_alarms()
    {
        var payout = Opened(Sample.Policy.ManySessions);
        var answer = new BankAnswer.Unknown("HTTP 401") { HttpStatus = 401 };
        var change = Learn(payout, new Evidence.Answered(Step.Create, payout.Session!.N, answer))!;
        Assert.That(
            change.Alarms.Select(alarm => alarm.Kind),
            Is.EqualTo(new[] { AlarmKind.ManySessions, AlarmKind.ProjectPaused })
        );
        Assert.That(change.StopProject, Does.Contain("401"));
    }

    [TestCase(1, 2)]
    [TestCase(2, 4)]
    [TestCase(5, 32)]
    [TestCase(9, 512)]
    [TestCase(40, 1800)]
    public void Each_session_that_is_opened_in_vain_makes_the_pause_longer_up_to_half_an_hour(int sessions, int seconds)
    {
        var answer = new Evidence.Answered(Step.Create, sessions, new BankAnswer.Unknown("lost"));
        var change = Learn(Opened(sessions), answer)!;
        Assert.That(change.DueIn, Is.EqualTo(TimeSpan.FromSeconds(seconds)));
        Assert.That(change.Alarms, Has.Count.EqualTo(sessions >= Sample.Policy.ManySessions ? 1 : 0));
    }

    [Test]
    public void A_payment_of_a_paid_payout_that_has_no_session_here_is_reported()
    {
        var change = Learn(Payout(PayoutState.Paid) with { Session = null }, Status(Sample.Paid))!;
        Assert.That(change.Alarms.Single().Kind, Is.EqualTo(AlarmKind.ForeignSession));
    }

    [TestCase("auto", true)]
    [TestCase("main", false)]
    [TestCase(null, false)]
    public void A_card_that_is_paid_without_our_confirm_is_as_expected_only_where_the_bank_confirms(
        string? project,
        bool isExpected
    )
    {
        var card = AccountView with { Amount = 10000, Payee = new PayeeView(null, null, null, null, null, "4940") };
        var paid = View(SessionStatus.Accepted, PayoutStatus.Succeeded, shown: card);
        var change = Learn(Payout(Started, CardOrder) with { Project = project }, Status(paid))!;
        Assert.That((change.To, change.StopProject is null), Is.EqualTo((PayoutState.Paid, isExpected)));
        Assert.That(
            change.Alarms.Select(alarm => alarm.Subject),
            Is.EqualTo(isExpected ? [] : new[] { project ?? CardOrder.ErpKey })
        );
    }

    [Test]
    public void A_bank_that_goes_on_refusing_to_show_the_session_brings_a_person()
    {
        var refused = new Evidence.Unheard(new BankAnswer.Refused(new BankError("invalid_request", null)));
        var lost = new Evidence.Unheard(new BankAnswer.Unknown("no answer in time"));
        var fresh = Payout(Started) with { StateSince = Now - Timings.ErrorHold };
        var old = Payout(Started) with { StateSince = fresh.StateSince - TimeSpan.FromSeconds(1) };
        var held = old with { State = Held, HeldFrom = Started, HeldKind = HoldKind.OutcomeUnknown };

        var change = Learn(old, refused)!;
        Assert.That((change.To, change.HoldKind), Is.EqualTo((Held, (HoldKind?)HoldKind.OutcomeUnknown)));
        Assert.That(change.Why, Does.Contain("invalid_request"));
        Assert.That(Learn(old, lost)!.To, Is.EqualTo(Started), "silence is waited out");
        Assert.That(Learn(fresh, refused)!.To, Is.EqualTo(Started), "not yet");
        Assert.That(Learn(held, refused)!.To, Is.EqualTo(Held));
        Assert.That(Learn(held, refused)!.Alarms, Is.Empty, "no news");
        Assert.That(Learn(Payout(Failed), refused), Is.Null);
    }

    [Test]
    public void Evidence_that_is_pinned_stands_in_for_what_a_later_message_leaves_out()
    {
        var payout = Payout(Started);
        payout = payout with { Session = payout.Session! with { ConfirmInformation = ConfirmInformation } };
        var without = AwaitsConfirm with { ConfirmInformation = null };
        Assert.That(Learn(payout, Webhook(without))!.To, Is.EqualTo(Ready));
    }

    [Test]
    public void A_start_refused_for_a_reason_that_needs_a_person_is_held_before_money()
    {
        var payout = Payout(Starting);
        payout = payout with { Call = payout.Call! with { RefusedCode = "needs_a_person" } };
        var change = Learn(payout, Status(Empty))!;
        Assert.That((change.To, change.HoldKind), Is.EqualTo((Held, (HoldKind?)HoldKind.BeforeMoney)));
    }

    // The bank answers after long: when it was asked, the quarantine was not over, and by now it is.
    [TestCase(99, 30, 1)]
    [TestCase(50, 0, 50)]
    [TestCase(120, 60, 0)]
    public void What_is_absent_is_asked_about_again_when_the_quarantine_ends(int sentAgo, int age, int due)
    {
        var payout = Payout(Starting, sentAgo: TimeSpan.FromSeconds(sentAgo));
        var change = Learn(payout, Status(Empty, TimeSpan.FromSeconds(age)))!;
        Assert.That((change.To, change.DueIn), Is.EqualTo((Starting, (TimeSpan?)TimeSpan.FromSeconds(due))));
        Assert.That(change.Asked);
    }

    [TestCase(Created)]
    [TestCase(Ready)]
    public void In_a_gap_what_has_no_session_waits(PayoutState state)
    {
        var payout = Payout(state) with { Session = null, GapOpenedAt = Now };
        Assert.That(Next(payout), Is.EqualTo((state, (Step?)null)));
    }

    [TestCase(Ready)]
    [TestCase(Initiating)]
    [TestCase(Starting)]
    [TestCase(Confirming)]
    public void What_has_a_session_without_evidence_is_asked_about_and_what_has_none_waits(PayoutState state)
    {
        var payout = Payout(state);
        var known = payout with { Session = new BankSession(1, "ps_1", SessionUse.Armed, null, null) };
        Assert.That(Decision.Next(known, Sample.Policy), Is.EqualTo(new Act.Ask("ps_1")));
        Assert.That(Next(payout with { Session = null }), Is.EqualTo((state, (Step?)null)));
        Assert.That(
            Next(payout with { Session = known.Session with { BankId = null } }),
            Is.EqualTo((state, (Step?)null))
        );
    }

    [TestCase(null, null, 1)]
    [TestCase(SessionUse.Empty, null, 1)]
    [TestCase(SessionUse.Empty, "ps_1", 2)]
    [TestCase(SessionUse.Dead, null, 2)]
    [TestCase(SessionUse.Armed, null, 2)]
    public void Only_the_number_of_a_session_that_provably_never_left_is_used_again_for_init(
        SessionUse? use,
        string? id,
        int n
    )
    {
        var session = use is { } known ? new BankSession(1, id, known, null, null) : null;
        var change = (
            (Act.Write)Decision.Next(Payout(New, CardOrder) with { Session = session }, Sample.Policy)
        ).Change;
        Assert.That((change.Intent, change.Session!.N), Is.EqualTo(((Step?)Step.Init, n)));
        Assert.That(change.Session.Use, Is.EqualTo(SessionUse.Armed));
    }

    [TestCase(401, true)]
    [TestCase(403, true)]
    [TestCase(400, false)]
    public void A_refusal_of_us_stops_the_project_whatever_its_code(int http, bool stops)
    {
        var refused = new BankAnswer.Refused(new("nobody_knows_it", null)) { HttpStatus = http };
        var evidence = new Evidence.Answered(Step.Confirm, 1, refused);
        var change = Decision.Learn(Payout(Confirming), evidence, Sample.Policy, mine: true)!;
        Assert.That(change.To, Is.EqualTo(Confirming), "what became of it is still not known");
        Assert.That((change.StopProject is not null, change.Alarms.Any()), Is.EqualTo((stops, stops)));
    }

    private static (PayoutState, Step?) Next(Payout payout)
    {
        var change = ((Act.Write)Decision.Next(payout, Sample.Policy)).Change;
        return (change.To, change.Intent);
    }

    private static Payout Opened(int sessions)
    {
        var payout = Payout(Creating);
        return payout with { Session = payout.Session! with { N = sessions } };
    }

    private static Evidence.Answered KeyUsed(Step step) =>
        Answered(step, new BankAnswer.Refused(new BankError("idempotency_key_already_exists", null)));

    private static Evidence.Answered Answered(Step step, BankAnswer answer) => new(step, 1, answer);

    private static Change? Learn(Payout payout, Evidence evidence) =>
        Decision.Learn(payout, evidence, Sample.Policy, mine: true);
}
