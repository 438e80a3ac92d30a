using Bank131.Client;
using Bank131.Views;
using PayoutWorker.Payouts;
using static PayoutWorker.Payouts.PayoutState;

namespace PayoutWorker.Decisions;

// What a fact changes, decided under the row's lock.
internal static partial class Decision
{
    /// <summary>What this fact changes; null when nothing.</summary>
    /// <param name="mine">The caller holds the payout's fence and will send what the change intends.</param>
    public static Change? Learn(Payout payout, Evidence evidence, Policy policy, bool mine) =>
        Legal(
            payout,
            evidence switch
            {
                Evidence.Answered answered => Answered(payout, answered, policy, mine),
                Evidence.Seen seen => Saw(payout, seen, policy, mine),
                Evidence.Booked booked => SawBooked(payout, booked, policy),
                Evidence.CameBack back => CameBack(payout, back.Total, new Result(), back.Source),
                _ => Unheard(payout, ((Evidence.Unheard)evidence).Answer, policy),
            }
        );

    /// <summary>How a line of history ends that tells of a fact which was kept without its move.</summary>
    public const string CannotBe = "which cannot be";

    /// <summary>
    /// A fact is never dropped. One that would move the payout where it cannot go, a fault of ours, is kept without the
    /// move, and somebody is told.
    /// </summary>
    internal static Change? Legal(Payout payout, Change? change)
    {
        if (change is null || Transitions.Allows(payout.State, change.To))
            return change;
        var text = $"a fact would move it from {payout.State.Text()} to {change.To.Text()}, {CannotBe}";
        return Untouched(payout) with
        {
            Outcome = change.Outcome,
            Session = change.Session,
            SessionEvidence = change.SessionEvidence,
            Why = text,
            Evidence = change.Evidence,
            Alarms = [new Alarm(AlarmKind.ImpossibleMove, payout.Order.ErpKey, text)],
        };
    }

    // Silence is waited out. A bank that goes on refusing to show the session may never have had it.
    private static Change? Unheard(Payout payout, BankAnswer answer, Policy policy)
    {
        if (payout.State.IsFinal())
            return null;
        if (
            payout.State == Held
            || answer is not BankAnswer.Refused refused
            || payout.Now - payout.StateSince <= policy.Timings.ErrorHold
        )
            return NextPoll(payout, policy);
        var text = $"the bank refuses to show the session: {refused.Error.Code}";
        return HoldFor(payout, HoldKind.OutcomeUnknown, text) with { Evidence = "status" };
    }

    private static Change? Saw(Payout payout, Evidence.Seen seen, Policy policy, bool mine)
    {
        if (payout.State.IsFinal())
            return SawWhenFinal(payout, seen);
        if (payout.Session?.N != seen.SessionN)
            return SawOldSession(payout, seen);
        var word = Words.Of(seen.Session);
        if (payout.PaidElsewhere)
            return SawBesideAPaid(payout, seen, word, policy, mine);
        if (word == Word.Doubled)
            return SawDoubled(payout, seen, policy, mine);
        if (word == Word.Paid)
            return SawPaid(payout, seen, policy);
        if (word == Word.NotPaid)
            return SawNotPaid(payout, seen, policy);
        if (payout.State == Held)
            return SawWhileHeld(payout, seen, policy);
        return (word, payout.State) switch
        {
            (Word.AwaitsConfirm, Created or Starting or Initiating or Started or Ready) => SawReady(
                payout,
                seen,
                policy
            ),
            (Word.AwaitsConfirm, Confirming or Confirmed or Cancelling) => SawStillWaiting(payout, seen, policy),
            (Word.Working, Created or Starting or Initiating) => Move(
                payout,
                Started,
                "the bank checks it",
                seen.Source,
                policy
            ) with
            {
                Session = Armed(payout),
            },
            (Word.Working, Ready) when seen.Age is not null && MustBeAsked(payout, policy) => Move(
                payout,
                Started,
                "the bank itself does not wait for our confirm (yet)",
                seen.Source,
                policy
            ),
            (Word.Working, Confirming) when AskedAfterSend(payout, seen) => Move(
                payout,
                Confirmed,
                "the bank pays",
                seen.Source,
                policy
            ),
            (Word.Empty, Starting) => SawNothingStarted(payout, seen, policy),
            (Word.Empty, Cancelling) => SawStillWaiting(payout, seen, policy),
            // Nothing was started there as far as this knows: after a restore it was.
            (Word.Unclear, Created) => Move(
                payout,
                Started,
                "the bank shows that it was started",
                seen.Source,
                policy
            ) with
            {
                Session = Armed(payout),
            },
            (Word.Unclear, _) => SawUnclear(payout, seen, policy),
            _ => Poll(payout, seen, policy),
        };
    }

    /// <summary>
    /// A webhook of an unknown session carries our reference, and this payout waits for its session's id. The session
    /// is taken for ours only if it shows our amount and payee; then its status, asked for, decides.
    /// </summary>
    public static Change? Bind(Payout payout, int n, SessionView session, string source)
    {
        var waits = payout.State == Initiating || payout is { State: Held, HeldFrom: Initiating };
        if (!waits || payout.Session is not { BankId: null, Use: SessionUse.Armed } open || open.N != n)
            return null;
        if (session.Payouts is not [var only] || Guard.Paid(payout.Order, Echo.Of(only)).Count > 0)
            return null;
        return new Change
        {
            To = payout.State,
            Why = "the bank's session is known now",
            Evidence = source,
            Session = open with { BankId = session.Id },
            SessionEvidence = source,
        };
    }

    // Evidence goes on counting while a person is awaited: an unknown outcome that becomes known needs nobody any more.
    private static Change? SawWhileHeld(Payout payout, Evidence.Seen seen, Policy policy)
    {
        // Nothing was started as far as this knows, and the bank shows that it was: after a restore. To cancel it is
        // the bank's act then, not only ours.
        if (payout.Session!.Use == SessionUse.Empty && Words.Of(seen.Session) is Word.Working or Word.AwaitsConfirm)
            return Stay(payout, policy.Timings.Poll(0)) with
            {
                Why = "the bank shows that it was started",
                Evidence = seen.Source,
                Session = payout.Session with { Use = SessionUse.Armed },
                SessionEvidence = seen.Source,
            };
        if (payout is not { HeldKind: HoldKind.OutcomeUnknown, HeldFrom: { } from })
            return Poll(payout, seen, policy);
        var change = Saw(payout with { State = from }, seen, policy, mine: false);
        // Held for the same reason once more is no news: the answer would be asked for again at once, without end.
        var isNews = change is not null && change.To != from && change.HoldKind != HoldKind.OutcomeUnknown;
        return isNews ? change : Poll(payout, seen, policy);
    }

    private static Change? SawReady(Payout payout, Evidence.Seen seen, Policy policy)
    {
        var view = seen.Session;
        var session = payout.Session!;
        if (session.Unreadable is { } why)
            return HoldUnreadable(payout, why) with { Evidence = seen.Source };
        // The first evidence is pinned; a later one must show the same guarded fields.
        var information = session.ConfirmInformation ?? view.ConfirmInformation;
        if (payout.Order.Method == Method.Account && information is null)
            return Poll(payout, seen, policy);
        var echo = Echo.Of(view.Payouts[0]);
        var shown = Guard.BeforeConfirm(payout.Order, echo, view.ConfirmInformation ?? information, policy.Guard);
        if (payout.State == Ready && shown.Count == 0 && session.Echo is not null)
            // The bank itself says that it waits: what was asked for before a large confirm.
            return seen.Age is null ? null : Stay(payout, TimeSpan.Zero);
        var pinned = session with
        {
            Use = SessionUse.Armed,
            ConfirmInformation = information,
            Echo = session.Echo ?? echo.ToText(),
        };
        if (shown.Count > 0)
            return HoldMismatch(payout, shown) with { Evidence = seen.Source, Session = pinned };
        return new Change
        {
            To = Ready,
            Why = "the bank waits for our confirm, and shows what was ordered",
            Evidence = seen.Source,
            Session = pinned,
        };
    }

    // Our confirm or cancel is not there (yet). Long enough after it was sent, it will not come any more.
    private static Change? SawStillWaiting(Payout payout, Evidence.Seen seen, Policy policy)
    {
        if (seen.Age is not { } age || payout.Call is not { } call)
            return null;
        var refused = IsRefused(call, policy);
        if (!refused && payout.Now - age < call.LastSentAt + policy.Timings.Quarantine)
            return AskAfterQuarantine(payout, call, policy);
        if (call.Sends >= policy.MaxSends)
            return HoldFor(
                payout,
                HoldKind.OutcomeUnknown,
                $"{call.Step.Text()} was sent {call.Sends} times and never arrived"
            ) with
            {
                Evidence = seen.Source,
            };
        return new Change
        {
            To = Ready,
            DueIn = refused ? policy.Timings.RetryPause : TimeSpan.Zero,
            Why = refused
                ? $"the bank refused {call.Step.Text()}: {call.RefusedCode}"
                : $"{call.Step.Text()} did not arrive",
            Evidence = seen.Source,
        };
    }

    private static Change? SawNothingStarted(Payout payout, Evidence.Seen seen, Policy policy)
    {
        if (seen.Age is not { } age || payout.Call is not { } call)
            return null;
        var settled = payout.Now - age >= call.LastSentAt + policy.Timings.Quarantine;
        if (!settled && !IsRefused(call, policy))
            return AskAfterQuarantine(payout, call, policy);
        if (call.RefusedCode is not null)
            return StartRefused(payout, call, seen, settled, policy);
        if (call.Sends >= policy.MaxSends)
            return HoldFor(payout, HoldKind.OutcomeUnknown, $"start was sent {call.Sends} times and never arrived");
        return new Change
        {
            To = Created,
            Why = "start did not arrive",
            Evidence = seen.Source,
        };
    }

    // A code on the list, about the only send there was: then nothing of it can still arrive.
    private static bool IsRefused(BankCall call, Policy policy) =>
        call.Sends == 1 && policy.Class(call.RefusedCode) != ErrorClass.Unknown;

    private static Change StartRefused(Payout payout, BankCall call, Evidence.Seen seen, bool settled, Policy policy) =>
        policy.Class(call.RefusedCode) switch
        {
            ErrorClass.Fail => Finish(
                payout,
                Failed,
                "the bank refused it, and its session holds no payout",
                new Result(ErrorCode: call.RefusedCode, ErrorText: call.RefusedText),
                seen.Source
            ) with
            {
                Session = payout.Session! with { Use = SessionUse.Dead },
                SessionEvidence = $"start refused: {call.RefusedCode}; {seen.Source}: no payout",
            },
            ErrorClass.Hold => HoldFor(payout, HoldKind.BeforeMoney, $"the bank refused start: {call.RefusedCode}"),
            // Its key may be used up by the refusal, so the next try has a session and a key anew. Not before the
            // quarantine: a second copy of the call, still on its way, may be taken where the first was refused.
            _ when !settled => AskAfterQuarantine(payout, call, policy),
            var kind => new Change
            {
                To = New,
                DueIn = kind is ErrorClass.ShortOfMoney or ErrorClass.PauseProject
                    ? policy.Timings.ShortOfMoneyPause
                    : Backoff(policy.Timings.RetryPause, payout.Session!.N, policy.Timings.Polls[^2]),
                Why = $"the bank refused start for now: {call.RefusedCode}",
                Evidence = seen.Source,
                Session = payout.Session! with { Use = SessionUse.Dead },
                SessionEvidence = $"start refused: {call.RefusedCode}; {seen.Source}: no payout",
            },
        };

    private static Change? SawUnclear(Payout payout, Evidence.Seen seen, Policy policy)
    {
        if (seen.Session.Status != SessionStatus.Error)
            return Poll(payout, seen, policy);
        var alarm = new Alarm(
            AlarmKind.ErrorStatus,
            payout.Order.ErpKey,
            "the bank shows the session as error: the outcome is not known, asking goes on"
        );
        if (payout.Now - payout.StateSince > policy.Timings.ErrorHold)
            return HoldFor(payout, HoldKind.OutcomeUnknown, alarm.Text) with { Evidence = seen.Source };
        return (Poll(payout, seen, policy) ?? Untouched(payout)) with { Alarms = [alarm] };
    }

    // One question soon after the call, one after the quarantine: between them only a webhook can bring news that count,
    // and every question takes the place of a payment call where the bank limits them.
    private static Change AskAfterQuarantine(Payout payout, BankCall call, Policy policy)
    {
        var until = call.LastSentAt + policy.Timings.Quarantine - payout.Now;
        return Stay(payout, until < TimeSpan.Zero ? TimeSpan.Zero : until) with { Asked = true };
    }

    // A webhook that changes nothing touches nothing; an answered question sets the time of the next.
    private static Change? Poll(Payout payout, Evidence.Seen seen, Policy policy) =>
        seen.Age is null ? null : NextPoll(payout, policy);

    private static Change NextPoll(Payout payout, Policy policy) =>
        Stay(payout, policy.Timings.Poll(payout.Polls)) with
        {
            Asked = true,
        };

    private static Change Move(Payout payout, PayoutState to, string why, string evidence, Policy policy) =>
        new()
        {
            To = to,
            DueIn = policy.Timings.Poll(0),
            Why = why,
            Evidence = evidence,
        };

    private static bool AskedAfterSend(Payout payout, Evidence.Seen seen) =>
        seen.Age is { } age && payout.Call is { } call && payout.Now - age >= call.LastSentAt;

    private static BankSession Armed(Payout payout) => payout.Session! with { Use = SessionUse.Armed };
}
