namespace PayoutWorker.HangfireScheduling.Jobs;

/// <summary>What stands on a job's page beside its summary: payout ids, never more than a person reads.</summary>
internal static class JobText
{
    /// <summary>Hangfire keeps results and arguments in its tables.</summary>
    public const int IdsMax = 500;

    /// <summary>e.g. <c> · ids 4, 5, 9</c>; empty when there are none.</summary>
    public static string Ids(IEnumerable<long> ids)
    {
        var distinct = ids.Distinct().Order().ToArray();
        return distinct.Length == 0
            ? ""
            : $" · {(distinct.Length == 1 ? "id" : "ids")} {string.Join(", ", distinct.Take(IdsMax))}{More(distinct.Length)}";
    }

    public static string More(int count) => count > IdsMax ? $" and {count - IdsMax} more" : "";
}
