using Bank131.Views;
using PayoutWorker.Decisions;
using PayoutWorker.Payouts;
using static PayoutWorker.Core.Tests.Sample;
using static PayoutWorker.Payouts.PayoutState;

namespace PayoutWorker.Core.Tests.Decisions;

/// <summary>What the bank says in the end, what the ERP reads of it, and the sessions that hold more than one payout.</summary>
internal sealed class LastWordTests
{
    private static readonly Timings Timings = Sample.Policy.Timings;

    [Test]
    public void A_late_success_as_ordered_has_nothing_to_explain()
    {
        var change = Learn(Payout(Failed), Webhook(Sample.Paid))!;
        Assert.That(change.Result!.Reason, Is.Null);
        Assert.That(change.Alarms.Single().Text, Is.EqualTo("the bank paid it after it was failed"));
        var other = View(SessionStatus.Accepted, PayoutStatus.Succeeded, shown: AccountView with { Amount = 1 });
        Assert.That(
            Learn(Payout(Failed), Webhook(other))!.Alarms.Single().Text,
            Does.StartWith("the bank paid it after it was failed; ").And.Contain("amount")
        );
    }

    [Test]
    public void A_return_of_all_is_no_alarm_and_a_return_of_a_part_is_one()
    {
        var whole = Learn(Payout(PayoutState.Paid), Status(Refunded(350000)))!;
        Assert.That((whole.To, whole.Why, whole.Alarms.Count), Is.EqualTo((Returned, "the money came back", 0)));
        var part = Learn(Payout(PayoutState.Paid), Status(Refunded(100)))!;
        Assert.That(part.Why, Is.EqualTo("1.00 RUB came back so far"));
        Assert.That(part.Alarms.Single().Kind, Is.EqualTo(AlarmKind.PartlyReturned));
    }

    [TestCase(true, 60)]
    [TestCase(false, 0)]
    public void A_doubled_session_is_cancelled_by_who_holds_the_payout(bool mine, int due)
    {
        var change = Decision.Learn(Payout(Started), Status(Doubled), Sample.Policy, mine)!;
        Assert.That((change.To, change.HoldKind), Is.EqualTo((Held, (HoldKind?)HoldKind.Mismatch)));
        Assert.That(
            (change.Intent, change.DueIn),
            Is.EqualTo((mine ? Step.Cancel : (Step?)null, (TimeSpan?)TimeSpan.FromSeconds(due)))
        );
    }

    // Sends so far, seconds since the last one, seconds since the bank was asked.
    [TestCase(0, 0, 0, true)]
    [TestCase(1, 100, 0, true)]
    [TestCase(1, 99, 0, false)]
    [TestCase(1, 100, 1, false)]
    [TestCase(19, 100, 0, true)]
    [TestCase(20, 100, 0, false)]
    public void The_cancel_of_a_doubled_session_goes_again_after_the_quarantine_so_many_times(
        int sends,
        int sentAgo,
        int askedAgo,
        bool goes
    )
    {
        var payout = Payout(Cancelling, sends: sends, sentAgo: TimeSpan.FromSeconds(sentAgo));
        payout = payout with
        {
            State = Held,
            HeldFrom = Started,
            HeldKind = HoldKind.Mismatch,
            Call = sends == 0 ? null : payout.Call,
        };
        var change = Learn(payout, Status(Doubled, TimeSpan.FromSeconds(askedAgo)))!;
        Assert.That((change.To, change.Intent), Is.EqualTo((Held, goes ? Step.Cancel : (Step?)null)));
        Assert.That(change.DueIn, Is.EqualTo(goes ? Timings.Lease : Timings.Poll(0)));
    }

    [Test]
    public void The_proof_of_death_names_the_bank_s_code()
    {
        Assert.That(
            Learn(Payout(PayoutState.Confirmed), Status(NotPaid()))!.SessionEvidence,
            Is.EqualTo("status: cancelled, account_not_found")
        );
        Assert.That(
            Learn(
                Payout(PayoutState.Confirmed),
                Status(View(SessionStatus.Cancelled, PayoutStatus.Failed))
            )!.SessionEvidence,
            Is.EqualTo("status: cancelled, no code")
        );
    }

    [TestCase(Confirming, false, New, "our confirm came too late; a new session is opened")]
    [TestCase(Confirming, true, Cancelled, "the bank cancelled it as asked")]
    [TestCase(Cancelling, false, Cancelled, "the bank cancelled it as asked")]
    [TestCase(Held, false, Failed, "the bank did not pay it")]
    public void A_confirm_that_came_too_late_opens_no_new_session_where_somebody_said_otherwise(
        PayoutState state,
        bool cancelAsked,
        PayoutState to,
        string why
    )
    {
        var payout = Payout(state == Held ? Started : state) with { State = state, CancelAsked = cancelAsked };
        if (state == Held)
            payout = payout with { HeldFrom = Started, HeldKind = HoldKind.OutcomeUnknown };
        var change = Learn(payout, Status(NotPaid("confirm_timeout")))!;
        Assert.That((change.To, change.Why), Is.EqualTo((to, why)));
        Assert.That(change.Result?.Reason, Is.EqualTo(to == Cancelled ? "cancelled" : null));
    }

    [Test]
    public void A_session_that_the_bank_closed_unused_is_replaced_and_says_so() =>
        Assert.That(
            Learn(Payout(Created), Status(View(SessionStatus.Cancelled)))!.Why,
            Is.EqualTo("the bank closed the unused session")
        );

    [Test]
    public void A_ready_payout_that_the_bank_works_on_is_left_alone_unless_it_must_be_asked_about()
    {
        var large = Sample.Policy with { AskBeforeConfirmFrom = 1 };
        Assert.That(Learn(Payout(Ready), Status(Working))!.To, Is.EqualTo(Ready));
        Assert.That(Decision.Learn(Payout(Ready), Webhook(Working), large, mine: true), Is.Null);
        Assert.That(Decision.Learn(Payout(Ready), Status(Working), large, mine: true)!.To, Is.EqualTo(Started));
    }

    [Test]
    public void A_ready_payout_that_is_shown_again_as_ordered_is_no_news_but_an_answer()
    {
        Assert.That(Learn(Payout(Ready), Webhook(AwaitsConfirm)), Is.Null);
        var asked = Learn(Payout(Ready), Status(AwaitsConfirm))!;
        Assert.That((asked.To, asked.DueIn, asked.Session), Is.EqualTo((Ready, TimeSpan.Zero, (BankSession?)null)));
        var bare = Payout(Ready);
        bare = bare with { Session = bare.Session! with { Echo = null } };
        Assert.That(Learn(bare, Status(AwaitsConfirm))!.Session!.Echo, Is.EqualTo(Echo.Of(AccountView).ToText()));
    }

    [Test]
    public void The_first_echo_stays_pinned()
    {
        var payout = Payout(Started);
        payout = payout with { Session = payout.Session! with { Echo = "{\"PayoutId\":\"first\"}" } };
        Assert.That(Learn(payout, Webhook(AwaitsConfirm))!.Session!.Echo, Is.EqualTo(payout.Session.Echo));
    }

    private static SessionView Doubled =>
        View(SessionStatus.InProgress, PayoutStatus.Pending, awaitsConfirm: true, copies: 2);

    private static SessionView Refunded(long amount) =>
        View(SessionStatus.Accepted, PayoutStatus.Succeeded, shown: AccountView with { RefundedAmount = amount });

    private static Change? Learn(Payout payout, Evidence evidence) =>
        Decision.Learn(payout, evidence, Sample.Policy, mine: true);
}
