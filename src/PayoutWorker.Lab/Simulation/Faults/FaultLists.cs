using static PayoutWorker.Lab.Simulation.Faults.FaultKind;

namespace PayoutWorker.Lab.Simulation.Faults;

/// <summary>What can happen at each boundary, by weight.</summary>
internal static class FaultLists
{
    public static readonly (FaultKind, int)[] Send =
    [
        (NotSent, 2),
        (RequestLost, 3),
        (AnswerLost, 4),
        (ErrorBefore, 1),
        (ErrorAfter, 2),
        (TooManyRequests, 1),
        (SlowAnswer, 1),
        (Garbage, 1),
        (Truncated, 1),
        (WrongSession, 1),
        (Redirect, 1),
        (LateArrival, 4),
        (VeryLateArrival, 1),
        (Doubled, 3),
        (CrashBeforeSend, 3),
        (CrashAfterSend, 4),
        (FreezeBeforeSend, 2),
    ];

    public static readonly (FaultKind, int)[] Ask =
    [
        (NotSent, 1),
        (RequestLost, 2),
        (AnswerLost, 2),
        (ErrorBefore, 1),
        (TooManyRequests, 1),
        (SlowAnswer, 1),
        (Garbage, 1),
        (Truncated, 1),
        (WrongSession, 1),
        (Redirect, 1),
        (CrashBeforeSend, 1),
        (CrashAfterSend, 1),
        (FreezeBeforeSend, 1),
    ];

    public static readonly (FaultKind, int)[] Write =
    [
        (CommitFails, 3),
        (CommitUnknown, 3),
        (StoreStalls, 2),
        (CrashBeforeCommit, 3),
        (CrashAfterCommit, 4),
        (FreezeBeforeCommit, 1),
        (FreezeAfterCommit, 3),
        (Shutdown, 1),
    ];

    public static (FaultKind Kind, int Weight)[]? At(Boundary boundary) =>
        boundary switch
        {
            Boundary.Send => Send,
            Boundary.Ask => Ask,
            Boundary.Returns => null,
            _ => Write,
        };

    public static readonly (FaultKind, int)[] People = [(Stop, 1), (FaultKind.Cancel, 2), (Hold, 1)];
}
