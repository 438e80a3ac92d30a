using Npgsql;

namespace PayoutWorker.HangfireScheduling;

/// <summary>What the host tells Hangfire. The same with and without it, like the module's members.</summary>
/// <param name="Database">Connections for Hangfire alone, see <see cref="MaxPool"/>.</param>
/// <param name="WorkerName">Stands on the dashboard's page of servers.</param>
/// <param name="LookEvery">How often somebody looks for what became due by time alone.</param>
/// <param name="ReturnsEvery">How often paid payouts are asked about.</param>
/// <param name="MaxRun">Runs of a job end after this.</param>
internal sealed record HangfireOptions(
    Func<IServiceProvider, NpgsqlDataSource> Database,
    string WorkerName,
    TimeSpan LookEvery,
    TimeSpan ReturnsEvery,
    TimeSpan MaxRun
)
{
    /// <summary>
    /// Threads that run drive and inbox jobs: one run of each under way, and a second of each that begins while the
    /// first waits for its last calls. More calls to the bank come from Worker:MaxCalls, not from more threads.
    /// </summary>
    public const int DriveThreads = 4;

    /// <summary>Threads for everything that may wait: notes about payouts that went wrong, and returns.</summary>
    public const int NoteThreads = 2;

    /// <summary>A thread holds one connection to fetch and one while its job changes state; six for the rest.</summary>
    public const int MaxPool = (2 * (DriveThreads + NoteThreads)) + 6;
}
