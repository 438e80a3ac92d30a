using PayoutWorker.Payouts;
using static PayoutWorker.Payouts.PayoutState;

namespace PayoutWorker.Decisions;

/// <summary>
/// The decision core. Pure: no clock, no database, no network; the same payout, evidence and policy give the same
/// answer. <see cref="Next"/> says what to do now, <see cref="Learn"/> what a fact changes.
/// </summary>
internal static partial class Decision
{
    /// <summary>What to do with a payout that is due. An "-ing" state is asked about, never sent from here.</summary>
    public static Act Next(Payout payout, Policy policy) =>
        payout.State switch
        {
            not Held when payout.Claims > policy.MaxClaims => new Act.Write(HoldPoisoned(payout)),
            // An answer of create that came while it was held or given up for now.
            New
            or Creating
                when payout is { Order.Flow: Flow.TwoStep, Session: { Use: SessionUse.Empty, BankId: not null } } =>
                new Act.Write(new Change { To = Created, Why = "the session is open already" }),
            New or Creating => BeforeMoney(payout, policy) is { } change
                ? new Act.Write(change)
                : Call(payout, Opening(payout), policy),
            Created when payout.GapOpen => InGap(payout, policy),
            Ready when payout is { GapOpen: true, CancelAsked: false } => InGap(payout, policy),
            // A start that may still arrive is cancelled at the bank, not only here.
            Created when payout is { CancelAsked: true, Session.Use: SessionUse.Armed } => Call(
                payout,
                Step.Cancel,
                policy
            ),
            Created => (Stopping(payout, policy) ?? LeaveOldSession(payout)) is { } change ? new Act.Write(change)
            : payout is { SessionBeforeGap: true, Session.BankId: { } id } ? new Act.Ask(id)
            : Call(payout, Step.Start, policy),
            Ready => AtReady(payout, policy),
            Initiating => AtInitiating(payout, policy),
            Held => AtHeld(payout, policy),
            _ => AskOrWait(payout, policy),
        };

    /// <summary>
    /// What keeps a payout from its first call: cancel, hold, no project, wrong requisites, a stop. Null when nothing
    /// does. Also asked between the claim, which intends create, and the sending of it.
    /// </summary>
    public static Change? BeforeMoney(Payout payout, Policy policy)
    {
        if (payout.GapOpen)
            return Stay(payout, policy.Timings.StoppedPause);
        // Released or not: what the bank knows from a past that is lost here is not sent again.
        if (payout.Call is { Step: Step.Create, RefusedCode: KeyUsed } && MeetsItsPast(payout))
            return HeldByItsPast(payout);
        if (Stopping(payout, policy, forcedOnly: true) is { } asked)
            return asked;
        if (payout is { State: New, Order.Flow: Flow.SingleRequest, StateBeforeGap: true })
            return HoldFor(
                payout,
                HoldKind.BeforeMoney,
                "it was here when the database went back in time, and one request would pay it: see the bank's "
                    + "statement, then release it or cancel it"
            );
        if (payout.Project is null)
            return HoldFor(
                payout,
                HoldKind.BeforeMoney,
                $"no bank project is configured for {payout.Order.Method} payouts of this sender account",
                AlarmKind.NoProject,
                subject: $"{payout.Order.Method} {payout.Order.SenderAccount}"
            );
        var problem = Requisites.Problem(payout.Order, policy.Requisites) ?? Unconfirmable(payout, policy);
        if (problem is not null)
            return Reject(payout, problem);
        return Stopping(payout, policy);
    }

    /// <summary>The order cannot be paid as it stands; nothing was sent.</summary>
    public static Change Reject(Payout payout, string problem) =>
        Finish(payout, Rejected, "cannot be paid as it stands", new Result(Reason: problem));

    // On such a project the bank pays without our confirm: what must be confirmed cannot be paid there.
    private static string? Unconfirmable(Payout payout, Policy policy) =>
        policy.IsAutoConfirm(payout.Project)
        && (payout.Order.Method == Method.Account || payout.Order.Flow == Flow.TwoStep)
            ? $"flow: project {payout.Project} confirms by itself, so this payout could not be checked before it is paid"
            : null;

    private static Step Opening(Payout payout) => payout.Order.Flow == Flow.TwoStep ? Step.Create : Step.Init;

    // Cancel and hold win over everything; a stop only waits. forcedOnly leaves the waiting to the caller.
    private static Change? Stopping(Payout payout, Policy policy, bool forcedOnly = false)
    {
        if (payout.CancelAsked)
            return CancelledHere(payout);
        if (payout.HoldAsked)
            return HoldFor(payout, HoldKind.BeforeMoney, "somebody asked to hold it") with { HoldDone = true };
        if (Barred(payout, policy) is { } barred)
            return barred;
        return payout.Stopped && !forcedOnly ? Stay(payout, policy.Timings.StoppedPause) : null;
    }

    // Nothing was started, as far as this knows. What was here when the database went back may have been paid since.
    private static Change CancelledHere(Payout payout) =>
        payout.BeforeGap
            ? HoldFor(
                payout,
                HoldKind.OutcomeUnknown,
                "to be cancelled, but it was here when the database went back in time and may have been paid: see the "
                    + "bank's statement"
            )
            : Finish(payout, Cancelled, "cancelled before anything was started", new Result(Reason: "cancelled"));

    // The bank shows nothing started in it, and yet a start may have been refused there and a session after it paid, all
    // of it lost here. The next session's key tells: where the bank knows it, the payout is held.
    private static Change? LeaveOldSession(Payout payout) =>
        payout is { SessionBeforeGap: true, HeardAfterGap: true }
            ? new Change
            {
                To = New,
                Why = "its session is from before the database went back in time, and unused: it is left",
                Session = payout.Session! with { Use = SessionUse.Dead },
                SessionEvidence = "unused when the database went back in time",
            }
            : null;

    // What it is here may be older than what it is at the bank: it is asked about, and nothing is sent.
    private static Act InGap(Payout payout, Policy policy) =>
        payout.Session?.BankId is { } id && !payout.HeardSinceGap
            ? new Act.Ask(id)
            : new Act.Write(Stay(payout, policy.Timings.StoppedPause));

    // The bank knows the key from a send that this history knows nothing of. A send of ours that may have arrived would
    // explain it, but not where the order may have been here before.
    private static bool MeetsItsPast(Payout payout) =>
        payout.AfterGap && (payout.SoonAfterGap || payout.Call!.Sends == 1);

    private static Change HeldByItsPast(Payout payout) =>
        HoldFor(
            payout,
            HoldKind.OutcomeUnknown,
            "the bank knows this order already, from before the database went back in time: see the bank's statement"
        );

    private static Act AtReady(Payout payout, Policy policy)
    {
        if (payout.CancelAsked)
            return Call(payout, Step.Cancel, policy);
        if (payout.HoldAsked)
            return new Act.Write(
                HoldFor(payout, HoldKind.BeforeMoney, "somebody asked to hold it") with
                {
                    HoldDone = true,
                }
            );
        if (Barred(payout, policy) is { } barred)
            return new Act.Write(barred);
        if (payout.Stopped)
            return new Act.Write(Stay(payout, policy.Timings.StoppedPause));
        if (payout.Session?.Unreadable is { } why)
            return new Act.Write(HoldUnreadable(payout, why));
        if (Echo.FromText(payout.Session?.Echo) is not { } echo)
            return AskOrWait(payout, policy);
        var problems = Guard.BeforeConfirm(payout.Order, echo, payout.Session!.ConfirmInformation, policy.Guard);
        if (problems.Count > 0)
            return new Act.Write(HoldMismatch(payout, problems));
        return MustBeAsked(payout, policy) ? new Act.Ask(payout.Session.BankId!) : Call(payout, Step.Confirm, policy);
    }

    // A large one is not confirmed on a webhook's word alone.
    private static bool MustBeAsked(Payout payout, Policy policy) =>
        payout.Order.Amount.Minor >= policy.AskBeforeConfirmFrom && !(payout.HeardAt >= payout.StateSince)
        // Two people may release a gap over it; what happened to it since the backup is still not known.
        || payout is { BeforeGap: true, HeardAfterGap: false };

    private static Act AtInitiating(Payout payout, Policy policy)
    {
        if (payout.Session?.BankId is { } id)
            return new Act.Ask(id);
        var waited = payout.Now - payout.StateSince;
        return new Act.Write(
            waited < policy.Timings.InitWait
                ? Stay(payout, policy.Timings.InitWait - waited)
                : HoldFor(
                    payout,
                    HoldKind.OutcomeUnknown,
                    "the bank may have taken it, but its session is not known: waiting for its webhook"
                )
        );
    }

    private static Act AtHeld(Payout payout, Policy policy)
    {
        var live = payout.Session is { Use: SessionUse.Armed, BankId: not null };
        // After a restore it may be further at the bank than this says, whatever it was held for.
        if (payout is { GapOpen: true, HeardSinceGap: false, Session.BankId: { } id })
            return new Act.Ask(id);
        if (payout is { GapOpen: true, CancelAsked: true } && !live)
            return new Act.Write(Stay(payout, policy.Timings.StoppedPause));
        // One that has been sent is asked about: it may still arrive, and its outcome may stay unknown for long.
        if (payout.CancelAsked && live && !payout.PaidElsewhere && payout.Call is not { Step: Step.Cancel, Sends: > 0 })
            return Call(payout, Step.Cancel, policy);
        if (payout.CancelAsked && payout.HeldKind == HoldKind.BeforeMoney)
            return new Act.Write(CancelledHere(payout));
        // What was never started as far as this knows is asked about too: after a restore it may have been.
        var asked =
            live
            || payout is { HeldKind: HoldKind.OutcomeUnknown, Session: { Use: SessionUse.Empty, BankId: not null } };
        return asked
            ? new Act.Ask(payout.Session!.BankId!)
            : new Act.Write(Stay(payout, policy.Timings.Polls[^1]) with { Asked = true });
    }

    private static Act AskOrWait(Payout payout, Policy policy) =>
        payout.Session?.BankId is { } id
            ? new Act.Ask(id)
            : new Act.Write(Stay(payout, policy.Timings.Poll(payout.Polls)) with { Asked = true });

    private static Act.Write Call(Payout payout, Step step, Policy policy) =>
        new(Intend(payout, step, policy.Timings.Lease));

    /// <summary>The intent of a call, to be committed before it leaves.</summary>
    private static Change Intend(Payout payout, Step step, TimeSpan lease) =>
        new()
        {
            To = step.UnderWay(),
            DueIn = lease,
            Intent = step,
            Why = $"{step.Text()} intended",
            Session = step switch
            {
                // The same key again until the bank is known to know it: so no key is ever used whose predecessor the bank
                // does not know, and whoever has lost this history meets it at the first key that he tries.
                Step.Create => payout is { Session: { Use: SessionUse.Empty } open, Call: not { RefusedCode: KeyUsed } }
                    ? open
                    : new BankSession((payout.Session?.N ?? 0) + 1, null, SessionUse.Empty, null, null),
                // A session is never used for a second init: the number makes the new key.
                // Unless the last one provably never left: then its number is unused.
                Step.Init => payout.Session is { Use: SessionUse.Empty, BankId: null } unused
                    ? unused with
                    {
                        Use = SessionUse.Armed,
                    }
                    : new BankSession((payout.Session?.N ?? 0) + 1, null, SessionUse.Armed, null, null),
                _ => payout.Session! with { Use = SessionUse.Armed },
            },
        };

    private static Change Stay(Payout payout, TimeSpan dueIn) => new() { To = payout.State, DueIn = dueIn };

    private static Change Finish(Payout payout, PayoutState to, string why, Result result, string? evidence = null) =>
        new()
        {
            To = to,
            Why = why,
            Evidence = evidence,
            Result = result with { SessionId = result.SessionId ?? payout.Session?.BankId },
        };

    private static Change HoldFor(
        Payout payout,
        HoldKind kind,
        string reason,
        string alarm = AlarmKind.Held,
        string? subject = null
    ) =>
        new()
        {
            To = Held,
            HoldKind = kind,
            Why = reason,
            Result = new Result(payout.Session?.BankId, Reason: reason),
            Alarms = [new Alarm(alarm, subject ?? payout.Order.ErpKey, reason)],
        };

    private static Change HoldPoisoned(Payout payout) =>
        HoldFor(
            payout,
            payout.State is New or Creating or Created ? HoldKind.BeforeMoney : HoldKind.OutcomeUnknown,
            $"claimed {payout.Claims} times without any result: it may be what stops the worker"
        );

    // The bank waits for our word, and what it showed first is not known here: nothing is confirmed until the key is back.
    private static Change HoldUnreadable(Payout payout, string why) =>
        HoldFor(payout, HoldKind.BeforeMoney, $"what the bank showed cannot be decrypted: {why}");

    private static Change HoldMismatch(Payout payout, IReadOnlyList<string> problems) =>
        HoldFor(
            payout,
            HoldKind.Mismatch,
            "the bank shows another payout than was ordered: " + string.Join("; ", problems)
        );
}
