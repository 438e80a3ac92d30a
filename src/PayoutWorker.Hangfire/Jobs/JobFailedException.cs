using Npgsql;

namespace PayoutWorker.HangfireScheduling.Jobs;

/// <summary>
/// Why a job broke, in one line and in our own words: Hangfire stores what an exception says, and the original may name
/// addresses or quote a row. The log has the whole of it.
/// </summary>
internal sealed class JobFailedException(string message) : Exception(message)
{
    public static JobFailedException Of(Exception cause) =>
        new(
            $"{Reason(cause)}. No payout is lost: the next run takes them, or the built-in scheduler. "
                + "The worker's log has the details under id 3008."
        );

    private static string Reason(Exception cause) =>
        cause switch
        {
            PostgresException { SqlState: var state } => $"PostgreSQL refused a statement with code {state}",
            NpgsqlException or IOException or TimeoutException => "The database could not be reached",
            _ => $"An unexpected {cause.GetType().Name}",
        };
}
