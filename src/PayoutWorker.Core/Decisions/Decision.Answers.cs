using Bank131.Client;
using PayoutWorker.Payouts;
using static PayoutWorker.Payouts.PayoutState;

namespace PayoutWorker.Decisions;

// What the answer to a call of ours changes.
internal static partial class Decision
{
    private const string KeyUsed = "idempotency_key_already_exists";

    /// <summary>How a line of history ends that tells of an answer which named a session of a final payout.</summary>
    public const string AfterItsEnd = "came after its end";

    private static Change? Answered(Payout payout, Evidence.Answered evidence, Policy policy, bool mine)
    {
        var (step, answer) = (evidence.Step, evidence.Answer);
        var outcome = new CallOutcome(step, evidence.SessionN, WordOf(answer), answer);
        var current = payout.Session?.N == evidence.SessionN;
        // A worker that slept for long brings its word when the payout is held for the want of it already.
        var waits = payout is { State: Held, HeldKind: HoldKind.OutcomeUnknown } ? payout.HeldFrom : payout.State;
        var waitsForIt = current && waits == step.UnderWay();
        // A newer send of the same call is under way: an older one's word says nothing about it.
        var overtaken = evidence.SentAt is { } sentAt && payout.Call?.LastSentAt > sentAt;
        if (waitsForIt && overtaken && answer is not BankAnswer.Accepted)
            return null;
        var change = (answer, step) switch
        {
            (BankAnswer.Accepted accepted, Step.Create) => SessionOpened(
                payout,
                evidence.SessionN,
                accepted,
                mine,
                policy
            ),
            _ when !current => null,
            (BankAnswer.Accepted accepted, Step.Init) => InitTaken(payout, accepted, policy, mine),
            (BankAnswer.Accepted accepted, _) => Taken(payout, step, accepted, policy, mine),
            // A send from before the database went back: the bank tells the past of what is new here again.
            (BankAnswer.Refused { Error.Code: KeyUsed }, Step.Create)
                when payout is { State: New, SoonAfterGap: true, Session.Use: SessionUse.Empty } => HeldByItsPast(
                payout
            ),
            _ when !waitsForIt => null,
            (BankAnswer.NotSent notSent, _) => NotSent(payout, step, notSent.Reason, policy),
            (BankAnswer.Refused refused, _) => Refused(payout, step, refused, policy),
            _ => Unanswered(payout, step, (BankAnswer.Unknown)answer, policy),
        };
        return (change ?? Untouched(payout)) with { Outcome = outcome };
    }

    // The session is always stored. It is started in the same write only while nobody asked to stop it.
    private static Change SessionOpened(Payout payout, int n, BankAnswer.Accepted accepted, bool mine, Policy policy)
    {
        var session = new BankSession(n, accepted.Session.Id, SessionUse.Empty, null, null);
        // An answer that comes when create was given up for now is still good, as long as nothing else was opened.
        var waits = payout.State == Creating || payout is { State: New, Session.Use: SessionUse.Empty };
        if (payout.Session?.N == n && !waits)
            // The same answer once more, after a commit whose outcome was not known: the session has gone on since.
            return payout.Session.BankId is null
                ? Kept(payout, Step.Create, payout.Session with { BankId = accepted.Session.Id })
                : Untouched(payout);
        if (payout.Session?.N != n)
            return Kept(payout, Step.Create, session);
        var isFree = payout is { CancelAsked: false, HoldAsked: false, Stopped: false };
        if (mine && isFree && Barred(payout, policy) is null)
            return Intend(payout with { Session = session }, Step.Start, policy.Timings.Lease) with
            {
                Evidence = "answer of create",
            };
        return new Change
        {
            To = Created,
            Session = session,
            Why = "the session is open",
            Evidence = "answer of create",
        };
    }

    // What belongs to a final payout is sealed: it changes with a line of history or not at all.
    private static Change Kept(Payout payout, Step step, BankSession session) =>
        Untouched(payout) with
        {
            Session = session,
            Why = payout.State.IsFinal() ? $"the answer to {step.Text()} {AfterItsEnd}" : null,
            Evidence = payout.State.IsFinal() ? $"answer of {step.Text()}" : null,
        };

    private static Change? InitTaken(Payout payout, BankAnswer.Accepted accepted, Policy policy, bool mine)
    {
        if (payout.Session!.BankId is not null && payout.Session.BankId != accepted.Session.Id)
            return payout.State.IsFinal()
                ? null
                : HoldFor(
                    payout,
                    HoldKind.Mismatch,
                    "the answer to init names another session than the bank's webhook",
                    AlarmKind.ForeignSession
                );
        var known = payout with { Session = payout.Session with { BankId = accepted.Session.Id } };
        var seen = Saw(known, new(known.Session.N, accepted.Session, null, "answer of init"), policy, mine);
        if (payout.State.IsFinal() && payout.Session.BankId is not null)
            return seen;
        var kept = Kept(payout, Step.Init, known.Session);
        var change = seen ?? (payout.State == Initiating ? Stay(payout, TimeSpan.Zero) : kept);
        return change with
        {
            Session = change.Session ?? known.Session,
            SessionEvidence = "answer of init",
            Why = change.Why ?? kept.Why,
            Evidence = change.Evidence ?? kept.Evidence,
        };
    }

    private static Change? Taken(Payout payout, Step step, BankAnswer.Accepted accepted, Policy policy, bool mine)
    {
        if (accepted.Session.Id != payout.Session!.BankId)
            return payout.State == step.UnderWay()
                ? Stay(payout, policy.Timings.AskSoon) with
                {
                    Alarms =
                    [
                        new Alarm(
                            AlarmKind.ForeignSession,
                            payout.Order.ErpKey,
                            $"the answer to {step.Text()} names another session than was asked for"
                        ),
                    ],
                }
                : null;
        var evidence = new Evidence.Seen(payout.Session.N, accepted.Session, null, $"answer of {step.Text()}");
        if (Saw(payout, evidence, policy, mine) is { } change && change.To != payout.State)
            return change;
        if (payout.State != step.UnderWay())
            return null;
        return step switch
        {
            Step.Start => Move(payout, Started, "the bank took the start and checks it", evidence.Source, policy),
            Step.Confirm => Move(payout, Confirmed, "the bank took the confirm and pays", evidence.Source, policy),
            _ => Stay(payout, policy.Timings.Poll(0)) with { Asked = true },
        };
    }

    // Before the first byte. A re-send that did not leave says nothing about the send before it: that is asked about.
    private static Change NotSent(Payout payout, Step step, string reason, Policy policy)
    {
        var before = step switch
        {
            Step.Create or Step.Init => New,
            Step.Start => Created,
            Step.Confirm => Ready,
            _ => Cancelling,
        };
        var again = payout.Call is { Sends: > 1 };
        return again || before == Cancelling
            ? Stay(payout, policy.Timings.RetryPause)
            : new Change
            {
                To = before,
                DueIn = policy.Timings.RetryPause,
                Why = $"{step.Text()} did not leave",
                Evidence = reason,
                Session = step is Step.Init or Step.Start ? payout.Session! with { Use = SessionUse.Empty } : null,
                SessionEvidence = step is Step.Init or Step.Start ? $"{step.Text()} did not leave" : null,
            };
    }

    private static Change Refused(Payout payout, Step step, BankAnswer.Refused refused, Policy policy)
    {
        var code = refused.Error.Code;
        if (code == KeyUsed && (step == Step.Create && MeetsItsPast(payout) || step == Step.Init && payout.AfterGap))
            return HeldByItsPast(payout);
        var kind = code == KeyUsed ? ErrorClass.Unknown : policy.Class(code);
        // HTTP 401 and 403 are about us whatever the code says, and the next payouts would meet the same.
        var isOurs = kind == ErrorClass.PauseProject || refused.HttpStatus is 401 or 403;
        var stop = isOurs ? $"the bank refuses our project or key: {code}" : null;
        var change = step switch
        {
            Step.Create => CreateRefused(payout, refused, kind, policy),
            Step.Init => InitRefused(payout, refused, kind, policy),
            // The bank refused this call, but only the session's status says what the session holds.
            _ => Stay(payout, TimeSpan.Zero),
        };
        IReadOnlyList<Alarm> alarms = kind switch
        {
            _ when stop is not null => [new Alarm(AlarmKind.ProjectPaused, payout.Project!, stop)],
            ErrorClass.ShortOfMoney =>
            [
                new Alarm(
                    AlarmKind.ShortOfMoney,
                    payout.Order.SenderAccount ?? payout.Project!,
                    $"the bank answers {code}: payouts wait until there is money"
                ),
            ],
            _ => [],
        };
        return change with { StopProject = stop, Alarms = [.. change.Alarms, .. alarms] };
    }

    private static Change CreateRefused(Payout payout, BankAnswer.Refused refused, ErrorClass kind, Policy policy) =>
        kind switch
        {
            ErrorClass.Fail => Finish(
                payout,
                Failed,
                "the bank refused to open a session",
                new Result(ErrorCode: refused.Error.Code, ErrorText: refused.Error.Description),
                "answer of create"
            ),
            ErrorClass.Hold => HoldFor(payout, HoldKind.BeforeMoney, $"the bank refused create: {refused.Error.Code}"),
            ErrorClass.PauseProject or ErrorClass.ShortOfMoney => new Change
            {
                To = New,
                DueIn = policy.Timings.ShortOfMoneyPause,
                Why = $"the bank refused create: {refused.Error.Code}",
                Evidence = "answer of create",
            },
            _ => CreateAgain(payout, policy, $"the bank answered create with {refused.Error.Code}"),
        };

    // Only what is on the list as refused is refused; after anything else money may be moving.
    private static Change InitRefused(Payout payout, BankAnswer.Refused refused, ErrorClass kind, Policy policy)
    {
        var (code, text) = (refused.Error.Code, refused.Error.Description);
        var empty = payout.Session! with { Use = SessionUse.Dead };
        var evidence = $"init refused: {code}";
        return kind switch
        {
            ErrorClass.Fail => Finish(
                payout,
                Failed,
                "the bank refused it",
                new Result(ErrorCode: code, ErrorText: text),
                "answer of init"
            ) with
            {
                Session = empty,
                SessionEvidence = evidence,
            },
            ErrorClass.PauseProject or ErrorClass.ShortOfMoney => new Change
            {
                To = New,
                DueIn = policy.Timings.ShortOfMoneyPause,
                Why = $"the bank refused init: {code}",
                Evidence = "answer of init",
                Session = empty,
                SessionEvidence = evidence,
            },
            ErrorClass.Hold => HoldFor(payout, HoldKind.OutcomeUnknown, $"the bank answered init with {code}"),
            _ => Stay(payout, policy.Timings.InitWait),
        };
    }

    private static Change Unanswered(Payout payout, Step step, BankAnswer.Unknown answer, Policy policy)
    {
        var change = step switch
        {
            Step.Create => CreateAgain(payout, policy, "whether create arrived is not known"),
            Step.Init => Stay(payout, policy.Timings.InitWait),
            _ => Stay(payout, answer.RetryAfter ?? policy.Timings.AskSoon),
        };
        if (answer.HttpStatus is not (401 or 403))
            return change;
        // Without a code it is no clear refusal, but it is about us, and the next payouts would meet the same.
        var text = $"the bank refuses our project or key: HTTP {answer.HttpStatus}";
        return change with
        {
            StopProject = text,
            Alarms = [.. change.Alarms, new Alarm(AlarmKind.ProjectPaused, payout.Project!, text)],
        };
    }

    // No money moves in create: an empty session too many at the bank is the whole cost.
    private static Change CreateAgain(Payout payout, Policy policy, string why)
    {
        var tries = payout.Session!.N - 1 + payout.Call!.Sends;
        return Stay(payout, Backoff(policy.Timings.AskSoon, tries, policy.Timings.Polls[^2])) with
        {
            Why = why,
            Alarms =
                tries >= policy.ManySessions
                    ? [new Alarm(AlarmKind.ManySessions, payout.Order.ErpKey, $"create was sent {tries} times in vain")]
                    : [],
        };
    }

    private static TimeSpan Backoff(TimeSpan first, int tries, TimeSpan longest)
    {
        var pause = first * Math.Pow(2, Math.Clamp(tries - 1, 0, 20));
        return pause < longest ? pause : longest;
    }

    /// <summary>Changes nothing; carries what is to be written beside.</summary>
    public static Change Untouched(Payout payout) => new() { To = payout.State, DueIn = null };

    private static string WordOf(BankAnswer answer) =>
        answer switch
        {
            BankAnswer.Accepted => "accepted",
            BankAnswer.Refused => "refused",
            BankAnswer.NotSent => "not sent",
            _ => "unknown",
        };
}
