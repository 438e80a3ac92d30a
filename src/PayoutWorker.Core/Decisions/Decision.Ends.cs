using PayoutWorker.Payouts;
using static PayoutWorker.Payouts.PayoutState;

namespace PayoutWorker.Decisions;

// What the bank's last words change: paid, not paid, paid twice in one session, and words after the end.
internal static partial class Decision
{
    private static Change? SawWhenFinal(Payout payout, Evidence.Seen seen)
    {
        var word = Words.Of(seen.Session);
        if (word == Word.Doubled)
            return Reported(AlarmKind.DoubledPayout, $"the session holds {seen.Session.Payouts.Count} payouts");
        if (word != Word.Paid)
            return null;
        if (payout.State is Paid or Returned && payout.Session?.N != seen.SessionN)
            return Reported(AlarmKind.ForeignSession, "it is paid, and another session of it was paid as well");
        var paid = seen.Session.Payouts[0];
        var result = new Result(seen.Session.Id, paid.Id, ReturnedAmount: paid.RefundedAmount);
        if (payout.State is Failed or Cancelled or Rejected)
        {
            // Money truth wins, and where it is not the money that was ordered, the result says so.
            var differences = Guard.Paid(payout.Order, Echo.Of(paid));
            var other = differences.Count > 0 ? Different + string.Join("; ", differences) : null;
            var late = $"the bank paid it after it was {payout.State.Text()}";
            return new Change
            {
                To = Paid,
                Why = late,
                Evidence = seen.Source,
                Result = result with { Reason = other },
                Alarms =
                [
                    new Alarm(AlarmKind.LateSuccess, payout.Order.ErpKey, other is null ? late : $"{late}; {other}"),
                ],
            };
        }
        return CameBack(payout, paid.RefundedAmount, result, seen.Source);

        Change Reported(string alarm, string text) =>
            Untouched(payout) with
            {
                Alarms = [new Alarm(alarm, payout.Order.ErpKey, text)],
            };
    }

    /// <summary>How a line of history ends that tells of a part of the money.</summary>
    public const string CameBackSoFar = "came back so far";

    // It may have come back before the payment itself was seen.
    private static Change? CameBack(Payout payout, long total, Result result, string source)
    {
        var whole = total >= payout.Order.Amount.Minor;
        if (payout.State != Paid || (!whole && total <= payout.ReturnedAmount))
            return null;
        var amount = new Money(total, payout.Order.Amount.Currency);
        return new Change
        {
            To = whole ? Returned : Paid,
            Why = whole ? "the money came back" : $"{amount} {CameBackSoFar}",
            Evidence = source,
            Result = result with { ReturnedAmount = total },
            Alarms = whole
                ? []
                : [new Alarm(AlarmKind.PartlyReturned, payout.Order.ErpKey, $"{amount} of it came back")],
        };
    }

    private const string Different = "the bank paid something else than was ordered: ";

    // An old session was proven dead, so a success there is money that nobody expects. What comes of the current one
    // ends nothing any more: a person does.
    private static Change? SawOldSession(Payout payout, Evidence.Seen seen)
    {
        if (payout.PaidElsewhere || Words.Of(seen.Session) is not (Word.Paid or Word.Doubled))
            return null;
        const string text = "an earlier session of this payout, thought dead, was paid";
        return HoldFor(payout, HoldKind.Mismatch, text, AlarmKind.ForeignSession) with
        {
            Evidence = seen.Source,
            Session = new BankSession(seen.SessionN, seen.Session.Id, SessionUse.Paid, null, null),
            SessionEvidence = seen.Source,
        };
    }

    // An earlier session was paid: the current one is cancelled as soon as the bank waits for a word of ours, and the
    // payout stays held whatever becomes of it. "Not paid" here would let the order be paid again.
    private static Change? SawBesideAPaid(Payout payout, Evidence.Seen seen, Word word, Policy policy, bool mine)
    {
        var session = payout.Session!;
        return word switch
        {
            Word.AwaitsConfirm or Word.Doubled when mine && MayCancel(payout, seen, policy) => CancelHeld(
                payout,
                policy
            ),
            Word.NotPaid when seen.Age is null => Stay(payout, TimeSpan.Zero),
            Word.NotPaid when session.Use == SessionUse.Armed => NextPoll(payout, policy) with
            {
                Why = "the bank cancelled the other session",
                Evidence = seen.Source,
                Session = session with { Use = SessionUse.Dead },
                SessionEvidence = seen.Source,
            },
            Word.Paid when session.Use != SessionUse.Paid => NextPoll(payout, policy) with
            {
                Why = "the bank paid it in two sessions",
                Evidence = seen.Source,
                Session = session with { Use = SessionUse.Paid },
                SessionEvidence = seen.Source,
                Alarms = [new Alarm(AlarmKind.DoubledPayout, payout.Order.ErpKey, "the bank paid it in two sessions")],
            },
            _ => Poll(payout, seen, policy),
        };
    }

    private static Change CancelHeld(Payout payout, Policy policy) =>
        Stay(payout, policy.Timings.Lease) with
        {
            Intent = Step.Cancel,
            Why = "cancel intended",
        };

    private static Change? SawDoubled(Payout payout, Evidence.Seen seen, Policy policy, bool mine)
    {
        // The session is cancelled while the payout stays held: whatever comes of it, a person looks at it.
        Step? cancel = mine && MayCancel(payout, seen, policy) ? Step.Cancel : null;
        if (payout is { State: Held, HeldKind: HoldKind.Mismatch })
            return cancel is null ? Poll(payout, seen, policy) : CancelHeld(payout, policy);
        var text = $"the session holds {seen.Session.Payouts.Count} payouts";
        return HoldFor(payout, HoldKind.Mismatch, text, AlarmKind.DoubledPayout) with
        {
            Evidence = seen.Source,
            Intent = cancel,
            DueIn = cancel is null ? TimeSpan.Zero : policy.Timings.Lease,
        };
    }

    // Only when the bank waits for a word of ours: a cancel that it refuses before that has used up its key.
    private static bool MayCancel(Payout payout, Evidence.Seen seen, Policy policy) =>
        seen.Session.AwaitsConfirm
        && (
            payout.Call is not { Step: Step.Cancel } call
            || (call.Sends < policy.MaxSends && payout.Now - seen.Age >= call.LastSentAt + policy.Timings.Quarantine)
        );

    private static Change? SawPaid(Payout payout, Evidence.Seen seen, Policy policy)
    {
        var paid = seen.Session.Payouts[0];
        var problems = Guard.Paid(payout.Order, Echo.Of(paid));
        if (problems.Count > 0)
        {
            if (payout.State == Held)
                return Poll(payout, seen, policy);
            return HoldFor(payout, HoldKind.Mismatch, Different + string.Join("; ", problems)) with
            {
                Evidence = seen.Source,
                DueIn = policy.Timings.Polls[^1],
            };
        }
        return PaidBy(
            payout,
            "the bank paid it",
            new Result(seen.Session.Id, paid.Id, ReturnedAmount: paid.RefundedAmount),
            seen.Source,
            policy
        );
    }

    private static Change PaidBy(Payout payout, string why, Result result, string source, Policy policy)
    {
        // Only a project of the other kind pays without our confirm; it must not go on unseen. Of an order that was here
        // when the database went back, the confirm may be what was lost.
        var unconfirmed = !payout.ConfirmIntended && !payout.BeforeGap && !policy.IsAutoConfirm(payout.Project);
        return Finish(payout, Paid, why, result, source) with
        {
            Alarms = unconfirmed
                ?
                [
                    new Alarm(
                        AlarmKind.PaidUnconfirmed,
                        payout.Project ?? payout.Order.ErpKey,
                        "the bank paid without our confirm on a project that should wait for it"
                    ),
                ]
                : [],
            StopProject = unconfirmed
                ? "the bank paid without our confirm: does this project confirm by itself?"
                : null,
        };
    }

    // A webhook's "not paid" is checked by asking: what may be paid again must not hang on one message.
    private static Change SawNotPaid(Payout payout, Evidence.Seen seen, Policy policy)
    {
        if (seen.Age is null)
            return Stay(payout, TimeSpan.Zero);
        var error = seen.Session.Payouts is [{ Error: { } own }] ? own : seen.Session.Error;
        var dead = payout.Session! with { Use = SessionUse.Dead };
        var proof = $"{seen.Source}: {seen.Session.StatusText}, {error?.Code ?? "no code"}";
        var neverStarted = payout.State == Created;
        var late = error?.Code == "confirm_timeout" && payout.Session.N <= policy.RestartsAfterConfirmTimeout;
        if (
            !payout.CancelAsked
            && payout.State is not (Held or Cancelling)
            && (neverStarted || late)
            && payout.Order.Flow == Flow.TwoStep
        )
            return new Change
            {
                To = New,
                Why = late
                    ? "our confirm came too late; a new session is opened"
                    : "the bank closed the unused session",
                Evidence = seen.Source,
                Session = dead,
                SessionEvidence = proof,
            };
        var asked = payout.State == Cancelling || payout.CancelAsked;
        return Finish(
            payout,
            asked ? Cancelled : Failed,
            asked ? "the bank cancelled it as asked" : "the bank did not pay it",
            new Result(
                seen.Session.Id,
                seen.Session.Payouts is [var only] ? only.Id : null,
                error?.Code,
                error?.Description,
                asked ? "cancelled" : null
            ),
            seen.Source
        ) with
        {
            Session = dead,
            SessionEvidence = proof,
        };
    }
}
