namespace PayoutWorker.Lab.Chaos.Trouble;

/// <summary>What is done to the running system. The first five come first, so that the shortest run has them.</summary>
internal enum Blow
{
    KillWorkerAtEvent,
    PauseWorker,
    KillDatabase,
    CutConnections,
    BankOutage,
    KillWorker,
    PauseWorkerAtEvent,
    StopWorker,
    EndDatabaseSessions,
    LockTable,
    LockRows,
    StopPayouts,
    RefuseAtBank,
    RefuseAtDatabase,
    WrongSession,
}
