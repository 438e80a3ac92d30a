namespace PayoutWorker.Lab.Postgres;

/// <summary>PostgreSQL's own words for how a server ends.</summary>
internal enum PostgresStopMode
{
    /// <summary>Waits for every client to leave.</summary>
    Smart,

    /// <summary>Rolls open transactions back and writes a checkpoint.</summary>
    Fast,

    /// <summary>Ends at once; the next start recovers from the log.</summary>
    Immediate,
}
