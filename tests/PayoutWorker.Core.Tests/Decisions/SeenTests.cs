using Bank131.Views;
using PayoutWorker.Decisions;
using PayoutWorker.Payouts;
using static PayoutWorker.Core.Tests.Sample;
using static PayoutWorker.Payouts.PayoutState;

namespace PayoutWorker.Core.Tests.Decisions;

/// <summary>What the bank shows, and what it changes.</summary>
internal sealed class SeenTests
{
    private static readonly TimeSpan LongAgo = new Timings().Quarantine + TimeSpan.FromSeconds(1);

    [TestCase(Starting)]
    [TestCase(Started)]
    [TestCase(Created)]
    public void A_payout_that_waits_for_confirm_becomes_ready_and_pins_the_evidence(PayoutState state)
    {
        var change = Learn(Payout(state), Webhook(AwaitsConfirm))!;
        Assert.Multiple(() =>
        {
            Assert.That(change.To, Is.EqualTo(Ready));
            Assert.That(change.Session!.ConfirmInformation, Is.EqualTo(ConfirmInformation), "byte for byte");
            Assert.That(Echo.FromText(change.Session.Echo), Is.EqualTo(Echo.Of(AccountView)));
        });
    }

    [Test]
    public void The_first_confirm_information_stays_pinned()
    {
        var payout = Payout(Started);
        payout = payout with { Session = payout.Session! with { ConfirmInformation = ConfirmInformation } };
        var later = AwaitsConfirm with { ConfirmInformation = ConfirmInformation.Replace("ABC LLC", "Abc") };
        Assert.That(Learn(payout, Webhook(later))!.Session!.ConfirmInformation, Is.EqualTo(ConfirmInformation));
    }

    [Test]
    public void A_second_ready_to_confirm_for_another_payee_is_held()
    {
        var other = AwaitsConfirm with
        {
            ConfirmInformation = ConfirmInformation.Replace("40817810400003869535", "40817810400003869536"),
        };
        Assert.That(Learn(Payout(Ready), Webhook(other))!.HoldKind, Is.EqualTo(HoldKind.Mismatch));
    }

    [Test]
    public void Without_confirm_information_an_account_payout_is_not_ready() =>
        Assert.That(
            Learn(Payout(Started), Status(AwaitsConfirm with { ConfirmInformation = null }))!.To,
            Is.EqualTo(Started)
        );

    [TestCase(Starting)]
    [TestCase(Started)]
    [TestCase(Ready)]
    [TestCase(Confirming)]
    [TestCase(Confirmed)]
    [TestCase(Cancelling)]
    [TestCase(Failed)]
    [TestCase(Cancelled)]
    public void The_bank_s_paid_wins(PayoutState state)
    {
        var change = Learn(Payout(state), Webhook(Sample.Paid))!;
        Assert.That(change.To, Is.EqualTo(PayoutState.Paid));
        Assert.That(change.Result!.PayoutId, Is.EqualTo("po_1"));
    }

    [Test]
    public void A_success_after_failed_raises_an_alarm() =>
        Assert.That(
            Learn(Payout(Failed), Webhook(Sample.Paid))!.Alarms.Single().Kind,
            Is.EqualTo(AlarmKind.LateSuccess)
        );

    [Test]
    public void A_success_without_our_confirm_stops_the_project()
    {
        var change = Learn(Payout(Started), Webhook(Sample.Paid))!;
        Assert.That(change.StopProject, Is.Not.Null);
        Assert.That(change.Alarms.Single().Kind, Is.EqualTo(AlarmKind.PaidUnconfirmed));
    }

    [Test]
    public void A_success_with_our_confirm_is_no_alarm() =>
        Assert.That(
            Learn(Payout(Confirmed), Webhook(Sample.Paid)),
            Has.Property("StopProject").Null.And.Property("Alarms").Empty
        );

    [Test]
    public void Paid_something_else_is_held()
    {
        var other = View(SessionStatus.Accepted, PayoutStatus.Succeeded, shown: AccountView with { Amount = 350001 });
        Assert.That(Learn(Payout(Confirmed), Webhook(other))!.HoldKind, Is.EqualTo(HoldKind.Mismatch));
    }

    [TestCase(Started, Failed)]
    [TestCase(Confirmed, Failed)]
    [TestCase(Cancelling, Cancelled)]
    public void Not_paid_read_from_status_is_final_and_proves_the_session_dead(PayoutState state, PayoutState final)
    {
        var change = Learn(Payout(state), Status(NotPaid()))!;
        Assert.That(change.To, Is.EqualTo(final));
        Assert.That(change.Session!.Use, Is.EqualTo(SessionUse.Dead));
        Assert.That(change.Result!.ErrorCode, Is.EqualTo("account_not_found"));
    }

    [Test]
    public void Not_paid_by_webhook_alone_is_asked_about_first()
    {
        var change = Learn(Payout(Confirmed), Webhook(NotPaid()))!;
        Assert.That(change, Has.Property("To").EqualTo(Confirmed).And.Property("DueIn").EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void A_confirm_that_came_too_late_gets_a_new_session_once()
    {
        var payout = Payout(Confirming);
        var change = Learn(payout, Status(NotPaid("confirm_timeout")))!;
        Assert.That(change.To, Is.EqualTo(New));
        Assert.That(change.Session!.Use, Is.EqualTo(SessionUse.Dead), "the old one first");
        var second = payout with { Session = payout.Session! with { N = 2 } };
        Assert.That(
            Learn(second, new Evidence.Seen(2, NotPaid("confirm_timeout"), TimeSpan.Zero, "status"))!.To,
            Is.EqualTo(Failed)
        );
    }

    [TestCase(Starting)]
    [TestCase(Started)]
    [TestCase(Confirmed)]
    [TestCase(Cancelling)]
    public void Error_is_not_final(PayoutState state)
    {
        foreach (
            var payout in new PayoutStatus?[]
            {
                null,
                PayoutStatus.Failed,
                PayoutStatus.Succeeded,
                PayoutStatus.InProgress,
            }
        )
            Assert.That(Learn(Payout(state), Status(View(SessionStatus.Error, payout)))!.To, Is.EqualTo(state));
    }

    [Test]
    public void Error_for_hours_is_held_and_still_asked_about()
    {
        var old = Payout(Confirmed) with { StateSince = Now - TimeSpan.FromHours(7) };
        var held = old.After(Learn(old, Status(View(SessionStatus.Error, PayoutStatus.Failed)))!);
        Assert.That(held.HeldKind, Is.EqualTo(HoldKind.OutcomeUnknown));
        Assert.That(Decision.Next(held, Sample.Policy), Is.EqualTo(new Act.Ask("ps_1")));
    }

    [Test]
    public void An_unknown_outcome_that_becomes_known_needs_nobody_any_more()
    {
        var held = Payout(Starting).After(new Change { To = Held, HoldKind = HoldKind.OutcomeUnknown });
        Assert.That(Learn(held, Status(AwaitsConfirm))!.To, Is.EqualTo(Ready));
        Assert.That(Learn(held, Status(Working))!.To, Is.EqualTo(Started));
    }

    [Test]
    public void A_mismatch_stays_held_whatever_the_bank_shows_next_short_of_the_end()
    {
        var held = Payout(Started).After(new Change { To = Held, HoldKind = HoldKind.Mismatch });
        Assert.That(Learn(held, Status(AwaitsConfirm))!.To, Is.EqualTo(Held));
        Assert.That(Learn(held, Status(NotPaid()))!.To, Is.EqualTo(Failed));
    }

    [Test]
    public void Two_payouts_in_one_session_are_never_confirmed_but_cancelled_and_held()
    {
        var doubled = View(SessionStatus.InProgress, PayoutStatus.Pending, true, copies: 2);
        var mine = Decision.Learn(Payout(Started), Status(doubled), Sample.Policy, mine: true)!;
        Assert.That(mine, Has.Property("To").EqualTo(Held).And.Property("Intent").EqualTo(Step.Cancel));
        var notMine = Learn(Payout(Started), Webhook(doubled))!;
        Assert.That(notMine, Has.Property("To").EqualTo(Held).And.Property("Intent").Null);
    }

    [Test]
    public void A_start_that_is_absent_is_not_sent_again_before_the_quarantine_is_over()
    {
        var change = Learn(Payout(Starting), Status(Empty))!;
        Assert.That(change.To, Is.EqualTo(Starting));
        Assert.That(change.DueIn, Is.GreaterThan(TimeSpan.Zero));
    }

    [Test]
    public void A_question_asked_before_the_end_of_the_quarantine_does_not_count_though_its_answer_came_after() =>
        Assert.That(
            Learn(Payout(Starting, sentAgo: LongAgo), Status(Empty, age: TimeSpan.FromSeconds(5)))!.To,
            Is.EqualTo(Starting)
        );

    [Test]
    public void After_the_quarantine_an_absent_start_goes_again_to_the_same_session()
    {
        var payout = Payout(Starting, sentAgo: LongAgo);
        var change = Learn(payout, Status(Empty))!;
        Assert.That(change.To, Is.EqualTo(Created));
        Assert.That(payout.After(change).Session!.N, Is.EqualTo(1));
    }

    [Test]
    public void A_webhook_says_nothing_about_what_is_absent()
    {
        Assert.That(Learn(Payout(Starting, sentAgo: LongAgo), Webhook(Empty)), Is.Null);
        Assert.That(Learn(Payout(Confirming, sentAgo: LongAgo), Webhook(AwaitsConfirm)), Is.Null);
        Assert.That(Learn(Payout(Confirmed, sentAgo: LongAgo), Webhook(AwaitsConfirm)), Is.Null);
    }

    [TestCase(Confirming)]
    [TestCase(Confirmed)]
    [TestCase(Cancelling)]
    public void A_confirm_or_cancel_that_is_absent_waits_for_the_quarantine_too(PayoutState state)
    {
        Assert.That(Learn(Payout(state), Status(AwaitsConfirm))!.To, Is.EqualTo(state));
        Assert.That(Learn(Payout(state, sentAgo: LongAgo), Status(AwaitsConfirm))!.To, Is.EqualTo(Ready));
    }

    [Test]
    public void A_start_sent_too_often_is_held_as_unknown()
    {
        var change = Learn(Payout(Starting, sends: 20, sentAgo: LongAgo), Status(Empty))!;
        Assert.That(change.HoldKind, Is.EqualTo(HoldKind.OutcomeUnknown));
    }

    [Test]
    public void A_late_ready_to_confirm_moves_nothing_back()
    {
        foreach (var state in new[] { Confirming, Confirmed, PayoutState.Paid, Failed, Cancelled, Returned })
            Assert.That(Learn(Payout(state), Webhook(AwaitsConfirm)), Is.Null, state.ToString());
    }

    [Test]
    public void A_return_of_all_of_it_is_returned_and_of_a_part_is_an_alarm()
    {
        var paid = Payout(PayoutState.Paid);
        var all = View(
            SessionStatus.Accepted,
            PayoutStatus.Succeeded,
            shown: AccountView with
            {
                RefundedAmount = 350000,
            }
        );
        var part = View(SessionStatus.Accepted, PayoutStatus.Succeeded, shown: AccountView with { RefundedAmount = 1 });
        Assert.That(Learn(paid, Webhook(all))!.To, Is.EqualTo(Returned));
        var partly = Learn(paid, Webhook(part))!;
        Assert.That(partly.To, Is.EqualTo(PayoutState.Paid));
        Assert.That(partly.Alarms.Single().Kind, Is.EqualTo(AlarmKind.PartlyReturned));
        Assert.That(Learn(paid.After(partly), Webhook(part)), Is.Null, "the same part twice is no news");
    }

    [Test]
    public void An_old_session_moves_nothing_and_its_success_is_held()
    {
        var current = Payout(Starting);
        current = current with { Session = current.Session! with { N = 2 } };
        Assert.That(Learn(current, Webhook(AwaitsConfirm)), Is.Null);
        Assert.That(Learn(current, Webhook(NotPaid())), Is.Null);
        Assert.That(Learn(current, Webhook(Sample.Paid))!.HoldKind, Is.EqualTo(HoldKind.Mismatch));
    }

    [Test]
    public void Each_question_makes_the_next_one_later()
    {
        var payout = Payout(Started);
        List<TimeSpan> pauses = [];
        for (var i = 0; i < 9; i++)
        {
            var change = Learn(payout, Status(Working))!;
            pauses.Add(change.DueIn!.Value);
            payout = payout.After(change);
        }
        Assert.That(
            pauses.Select(p => p.TotalSeconds),
            Is.EqualTo(new double[] { 30, 60, 120, 300, 600, 1800, 3600, 3600, 3600 })
        );
    }

    private static Change? Learn(Payout payout, Evidence evidence) =>
        Decision.Learn(payout, evidence, Sample.Policy, mine: false);
}
