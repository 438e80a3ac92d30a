using PayoutWorker.Decisions;
using PayoutWorker.Payouts;

namespace PayoutWorker.Core.Tests.Decisions;

internal sealed class NextTests
{
    [TestCase(PayoutState.New, Step.Create)]
    [TestCase(PayoutState.Creating, Step.Create)]
    [TestCase(PayoutState.Created, Step.Start)]
    [TestCase(PayoutState.Ready, Step.Confirm)]
    public void A_two_step_payout_intends_its_next_call(PayoutState state, Step step)
    {
        var change = Write(Sample.Payout(state));
        Assert.Multiple(() =>
        {
            Assert.That(change.Intent, Is.EqualTo(step));
            Assert.That(change.To, Is.EqualTo(step.UnderWay()));
            Assert.That(
                change.DueIn,
                Is.EqualTo(Sample.Policy.Timings.Lease),
                "nobody else looks before the lease ends"
            );
        });
    }

    [TestCase(PayoutState.Starting)]
    [TestCase(PayoutState.Started)]
    [TestCase(PayoutState.Confirming)]
    [TestCase(PayoutState.Confirmed)]
    [TestCase(PayoutState.Cancelling)]
    public void What_may_be_under_way_is_asked_about_and_never_sent(PayoutState state) =>
        Assert.That(Decision.Next(Sample.Payout(state), Sample.Policy), Is.EqualTo(new Act.Ask("ps_1")));

    [Test]
    public void A_create_keeps_its_key_until_the_bank_is_known_to_know_it()
    {
        var payout = Sample.Payout(PayoutState.Creating);
        Assert.That(KeyOfCreate(payout), Is.EqualTo("ref7:create:1"));
        var refused = payout with { Call = payout.Call! with { RefusedCode = "anything_else" } };
        Assert.That(KeyOfCreate(refused), Is.EqualTo("ref7:create:1"));
        var known = payout with { Call = payout.Call! with { RefusedCode = "idempotency_key_already_exists" } };
        Assert.That(KeyOfCreate(known), Is.EqualTo("ref7:create:2"));

        static string KeyOfCreate(Payout p) => p.After(Write(p)).IdempotencyKey(Step.Create);
    }

    [TestCase(PayoutState.New)]
    [TestCase(PayoutState.Creating)]
    public void A_session_whose_id_came_late_is_used(PayoutState state)
    {
        var open = new BankSession(1, "ps_1", SessionUse.Empty, null, null);
        Assert.That(Write(Sample.Payout(state) with { Session = open }).To, Is.EqualTo(PayoutState.Created));
    }

    [Test]
    public void A_start_keeps_its_key_when_it_is_sent_again()
    {
        var first = Sample.Payout(PayoutState.Created);
        var again = first with { Call = new BankCall(Step.Start, 1, Sample.Now - TimeSpan.FromHours(1)) };
        Assert.That(
            again.After(Write(again)).IdempotencyKey(Step.Start),
            Is.EqualTo(first.After(Write(first)).IdempotencyKey(Step.Start))
        );
        Assert.That(again.After(Write(again)).Call!.Sends, Is.EqualTo(2));
    }

    [Test]
    public void An_init_that_may_have_been_sent_is_never_sent_again()
    {
        var waiting = Sample.Payout(PayoutState.Initiating, Sample.CardOrder);
        Assert.That(Write(waiting).Intent, Is.Null);
        Assert.That(Write(waiting).To, Is.EqualTo(PayoutState.Initiating));
        var waitedLong = Write(waiting with { StateSince = Sample.Now - Sample.Policy.Timings.InitWait });
        Assert.That(waitedLong.To, Is.EqualTo(PayoutState.Held));
        Assert.That(waitedLong.HoldKind, Is.EqualTo(HoldKind.OutcomeUnknown));
    }

    [TestCase(PayoutState.New)]
    [TestCase(PayoutState.Creating)]
    [TestCase(PayoutState.Created)]
    public void A_cancel_before_anything_is_started_is_done_at_once(PayoutState state) =>
        Assert.That(Write(Sample.Payout(state) with { CancelAsked = true }).To, Is.EqualTo(PayoutState.Cancelled));

    [TestCase(PayoutState.Ready)]
    [TestCase(PayoutState.Held)]
    public void A_cancel_of_a_live_session_is_sent_to_the_bank(PayoutState state)
    {
        var payout = Sample.Payout(state) with { CancelAsked = true, HeldFrom = Held(state), HeldKind = Kind(state) };
        Assert.That(Write(payout).Intent, Is.EqualTo(Step.Cancel));
    }

    [Test]
    public void A_cancel_while_a_start_may_still_arrive_is_sent_to_the_bank()
    {
        var payout = Sample.Payout(PayoutState.Created);
        payout = payout with { CancelAsked = true, Session = payout.Session! with { Use = SessionUse.Armed } };
        Assert.That(Write(payout).Intent, Is.EqualTo(Step.Cancel));
    }

    [TestCase(PayoutState.New)]
    [TestCase(PayoutState.Creating)]
    [TestCase(PayoutState.Created)]
    [TestCase(PayoutState.Ready)]
    public void A_stop_lets_nothing_be_sent(PayoutState state)
    {
        var change = Write(Sample.Payout(state) with { Stopped = true });
        Assert.That(change.Intent, Is.Null);
        Assert.That(change.To, Is.EqualTo(state));
    }

    [Test]
    public void A_stop_lets_cancel_through() =>
        Assert.That(
            Write(Sample.Payout(PayoutState.Ready) with { Stopped = true, CancelAsked = true }).Intent,
            Is.EqualTo(Step.Cancel)
        );

    [TestCase(PayoutState.New)]
    [TestCase(PayoutState.Created)]
    [TestCase(PayoutState.Ready)]
    public void A_hold_is_carried_out_before_the_next_call(PayoutState state)
    {
        var payout = Sample.Payout(state) with { HoldAsked = true };
        var change = Write(payout);
        Assert.That(change.HoldKind, Is.EqualTo(HoldKind.BeforeMoney));
        Assert.That(payout.After(change), Has.Property("HeldFrom").EqualTo(state).And.Property("HoldAsked").False);
    }

    [Test]
    public void The_guard_runs_again_before_confirm()
    {
        var payout = Sample.Payout(PayoutState.Ready);
        var other = Sample.ConfirmInformation.Replace("40817810400003869535", "40702810500000000001");
        var change = Write(payout with { Session = payout.Session! with { ConfirmInformation = other } });
        Assert.That(change.Intent, Is.Null);
        Assert.That(change.HoldKind, Is.EqualTo(HoldKind.Mismatch));
    }

    [Test]
    public void A_large_payout_is_confirmed_only_after_the_bank_itself_was_asked()
    {
        var policy = Sample.Policy with { AskBeforeConfirmFrom = 350000 };
        var ready = Sample.Payout(PayoutState.Ready);
        Assert.That(Decision.Next(ready, policy), Is.EqualTo(new Act.Ask("ps_1")));
        var change = Decision.Learn(ready, Sample.Status(Sample.AwaitsConfirm), policy, mine: true)!;
        Assert.That(change, Has.Property("To").EqualTo(PayoutState.Ready).And.Property("DueIn").EqualTo(TimeSpan.Zero));
        var asked = ready.After(change with { Heard = true });
        Assert.That(((Act.Write)Decision.Next(asked, policy)).Change.Intent, Is.EqualTo(Step.Confirm));
        Assert.That(
            ((Act.Write)Decision.Next(ready, policy with { AskBeforeConfirmFrom = 350001 })).Change.Intent,
            Is.EqualTo(Step.Confirm),
            "a smaller one needs no question"
        );
    }

    [Test]
    public void A_large_payout_is_not_confirmed_while_the_bank_does_not_say_that_it_waits()
    {
        var policy = Sample.Policy with { AskBeforeConfirmFrom = 1 };
        var ready = Sample.Payout(PayoutState.Ready);
        var change = Decision.Learn(ready, Sample.Status(Sample.Working), policy, mine: true)!;
        Assert.That(change.To, Is.EqualTo(PayoutState.Started));
        var later = ready.After(change with { Heard = true }) with { Now = Sample.Now + TimeSpan.FromMinutes(1) };
        var waits = later.After(
            Decision.Learn(later, Sample.Status(Sample.AwaitsConfirm), policy, mine: true)! with
            {
                Heard = true,
            }
        );
        Assert.That(((Act.Write)Decision.Next(waits, policy)).Change.Intent, Is.EqualTo(Step.Confirm));
    }

    [Test]
    public void In_a_gap_nothing_is_sent_and_what_has_a_session_is_asked_about()
    {
        foreach (var state in new[] { PayoutState.New, PayoutState.Creating, PayoutState.Created, PayoutState.Ready })
        {
            var payout = Sample.Payout(state) with { GapOpenedAt = Sample.Now, AfterGap = true, Stopped = true };
            var act = Decision.Next(payout, Sample.Policy);
            if (payout.Session?.BankId is { } id)
                Assert.That(act, Is.EqualTo(new Act.Ask(id)), state.ToString());
            var heard = Decision.Next(payout with { HeardAt = Sample.Now }, Sample.Policy);
            Assert.That(((Act.Write)heard).Change, Has.Property("Intent").Null.And.Property("To").EqualTo(state));
        }
    }

    [Test]
    public void An_order_that_the_bank_knows_from_a_lost_past_is_held_and_stays_held_when_released()
    {
        var payout = Sample.Payout(PayoutState.Creating) with { AfterGap = true };
        var refused = new Bank131.Client.BankAnswer.Refused(new("idempotency_key_already_exists", null));
        var change = Decision.Learn(payout, new Evidence.Answered(Step.Create, 1, refused), Sample.Policy, mine: true)!;
        Assert.That(change.HoldKind, Is.EqualTo(HoldKind.OutcomeUnknown));
        var held = payout.After(change with { Outcome = new CallOutcome(Step.Create, 1, "refused", refused) });
        var released = held with { State = PayoutState.Creating, HeldFrom = null, HeldKind = null };
        Assert.That(Write(released).HoldKind, Is.EqualTo(HoldKind.OutcomeUnknown));
    }

    [Test]
    public void A_ready_account_payout_without_confirm_information_is_not_confirmed()
    {
        var payout = Sample.Payout(PayoutState.Ready);
        var change = Write(payout with { Session = payout.Session! with { ConfirmInformation = null } });
        Assert.That(change.HoldKind, Is.EqualTo(HoldKind.Mismatch));
    }

    [Test]
    public void A_payout_that_no_project_pays_is_held_before_money() =>
        Assert.That(
            Write(Sample.Payout(PayoutState.New) with { Project = null }).HoldKind,
            Is.EqualTo(HoldKind.BeforeMoney)
        );

    [Test]
    public void An_account_payout_is_refused_where_the_bank_would_confirm_by_itself()
    {
        var change = Write(Sample.Payout(PayoutState.New) with { Project = "auto" });
        Assert.That(change.To, Is.EqualTo(PayoutState.Rejected));
        Assert.That(change.Result!.Reason, Does.StartWith("flow:"));
    }

    [Test]
    public void Wrong_requisites_are_rejected_with_the_column_and_the_reason()
    {
        var order = Sample.AccountOrder with { Recipient = Sample.AccountOrder.Recipient with { Bik = "123" } };
        var change = Write(Sample.Payout(PayoutState.New, order));
        Assert.That(change.To, Is.EqualTo(PayoutState.Rejected));
        Assert.That(change.Result!.Reason, Is.EqualTo("recipient_bik: expected 9 digits, got 3"));
    }

    [TestCase(PayoutState.New, HoldKind.BeforeMoney)]
    [TestCase(PayoutState.Starting, HoldKind.OutcomeUnknown)]
    public void What_was_claimed_again_and_again_without_result_is_held(PayoutState state, HoldKind kind) =>
        Assert.That(Write(Sample.Payout(state) with { Claims = 9 }).HoldKind, Is.EqualTo(kind));

    private static Change Write(Payout payout) => ((Act.Write)Decision.Next(payout, Sample.Policy)).Change;

    private static PayoutState? Held(PayoutState state) => state == PayoutState.Held ? PayoutState.Ready : null;

    private static HoldKind? Kind(PayoutState state) => state == PayoutState.Held ? HoldKind.Mismatch : null;
}
