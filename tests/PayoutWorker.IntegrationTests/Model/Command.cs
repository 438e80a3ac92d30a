using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Model;

/// <summary>One thing that happens to the store. Numbers are taken modulo what there is, so that every script makes sense.</summary>
internal abstract record Command
{
    private Command() { }

    internal sealed record Insert(OrderKind Kind, int Priority, int NotBeforeS) : Command;

    internal sealed record Pass(int Ms) : Command;

    internal sealed record Claim(int Worker, int Slots, int InProgressMax, bool Suspects, int OverdueS, bool Paused)
        : Command;

    /// <summary>Writes what the decision wants next, under the fence that this worker believes in.</summary>
    internal sealed record Drive(int Worker, int Payout) : Command;

    /// <summary>A call's answer, of the call under way or, when none is, of this step.</summary>
    internal sealed record Answer(int Worker, int Payout, Reply Reply, Step Step, bool KnowsWhenSent) : Command;

    /// <summary>The bank's answer to a question about the session, or about the one before it.</summary>
    internal sealed record Look(int Worker, int Payout, Shown Shown, int AgeMs, bool Old) : Command;

    internal sealed record LookInVain(int Worker, int Payout, bool Refused) : Command;

    /// <param name="Attempt">The same number makes the same body.</param>
    internal sealed record Webhook(int Payout, Shown Shown, int Attempt, bool WithReference, bool Old) : Command;

    internal sealed record ApplyInbox(int Limit, int OverdueS) : Command;

    internal sealed record Request(int Payout, Wish Wish) : Command;

    internal sealed record Stop(int Scope) : Command;

    internal sealed record Resume(int Scope) : Command;

    /// <summary>Looks for money that came back; the bank answers, or does not.</summary>
    internal sealed record WatchReturns(bool Answered) : Command;

    /// <summary>A change that no decision makes: what the tables refuse the model must refuse.</summary>
    internal sealed record Meddle(int Worker, int Payout, Fault Fault) : Command;
}

internal enum OrderKind
{
    Account,
    OtherAccount,
    LargeAccount,
    SingleAccount,
    Card,
    NoProject,
    BadBik,
}

internal enum Reply
{
    Taken,
    TakenAndWorking,
    OfAnotherSession,
    Failed,
    ShortOfMoney,
    TryLater,
    OurFault,
    NeedsPerson,
    KeyUsed,
    UnknownCode,
    NotSent,
    Nothing,
    Forbidden,
}

internal enum Shown
{
    Empty,
    Working,
    AwaitsConfirm,
    AwaitsConfirmOfOther,
    Paid,
    PaidOther,
    PartlyReturned,
    Returned,
    NotPaid,
    ConfirmTimeout,
    Doubled,
    Error,
}

internal enum Wish
{
    Cancel,
    Hold,
    Release,
}

internal enum Fault
{
    SecondArmedSession,
    SessionOfAnother,
    IllegalMove,
    ProjectStopped,
    NoteOnly,
}
