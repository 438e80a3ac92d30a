using Npgsql;

namespace PayoutWorker.HangfireScheduling;

/// <summary>What the host tells Hangfire. The same with and without it, like the module's members.</summary>
/// <param name="Database">Connections for Hangfire alone, this many at most: see <see cref="MaxPool"/>.</param>
/// <param name="WorkerName">Stands on the dashboard's page of servers.</param>
/// <param name="LookEvery">How often somebody looks for what became due by time alone.</param>
/// <param name="ReturnsEvery">How often paid payouts are asked about.</param>
/// <param name="MaxRun">Runs of a job end after this.</param>
/// <param name="BatchSize">Payouts that one drive job takes at most; null: all that are due.</param>
internal sealed record HangfireOptions(
    Func<int, NpgsqlDataSource> Database,
    string WorkerName,
    TimeSpan LookEvery,
    TimeSpan ReturnsEvery,
    TimeSpan MaxRun,
    int? BatchSize
)
{
    /// <summary>
    /// Threads that run drive and inbox jobs: one run of each under way, and a second of each that begins while the
    /// first waits for its last calls. More calls to the bank come from Worker:MaxCalls, not from more threads; only
    /// where a job takes few payouts do the threads bound how many are under way.
    /// </summary>
    public int DriveThreads => BatchSize is null ? 4 : 12;

    /// <summary>Threads for everything that may wait: notes about payouts that went wrong, and returns.</summary>
    public const int NoteThreads = 2;

    /// <summary>A thread holds one connection to fetch and one while its job changes state; six for the rest.</summary>
    public int MaxPool => (2 * (DriveThreads + NoteThreads)) + 6;
}
