namespace PayoutWorker.Lab.Simulation.Faults;

/// <summary>What the seed may do to a payout.</summary>
internal enum FaultKind
{
    // A call on its way to the bank and back.
    NotSent,
    RequestLost,
    AnswerLost,
    ErrorBefore,
    ErrorAfter,
    TooManyRequests,
    SlowAnswer,
    Garbage,
    Truncated,
    WrongSession,
    Redirect,
    LateArrival,
    VeryLateArrival,
    Doubled,

    // A write to the database.
    CommitFails,
    CommitUnknown,
    StoreStalls,

    // The worker process.
    CrashBeforeCommit,
    CrashAfterCommit,
    CrashBeforeSend,
    CrashAfterSend,
    FreezeBeforeCommit,
    FreezeAfterCommit,
    FreezeBeforeSend,
    Shutdown,

    // People.
    Stop,
    Cancel,
    Hold,
    Release,

    // The whole database goes back to a backup.
    Restore,

    // The bank's webhooks.
    WebhookLost,
    WebhookDoubled,
    WebhookDelayed,
    WebhookReordered,
    WebhookBeforeAnswer,
    WebhookForged,
    WebhookUnknownType,
    WebhookReplayed,
}
