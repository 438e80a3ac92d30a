using Npgsql;

namespace PayoutWorker.Host.Ops.Endpoints;

/// <summary>What the database says when it refuses, for people.</summary>
internal static class Refusals
{
    /// <summary>A rule of ours said no; everything else is a failure.</summary>
    public static bool IsRefusal(PostgresException e) =>
        e.SqlState.StartsWith("PW", StringComparison.Ordinal)
        || e.SqlState
            is PostgresErrorCodes.CheckViolation
                or PostgresErrorCodes.UniqueViolation
                or PostgresErrorCodes.LockNotAvailable;

    public static string Text(PostgresException e) =>
        e.SqlState switch
        {
            PostgresErrorCodes.LockNotAvailable => "Somebody else works on it just now. Try again in a moment.",
            PostgresErrorCodes.CheckViolation or PostgresErrorCodes.UniqueViolation =>
                $"Refused: {e.ConstraintName?.Replace('_', ' ')}.",
            _ => $"Refused: {e.MessageText} ({e.SqlState}).{(e.Hint is null ? "" : $" {e.Hint}")}",
        };
}
