using PayoutWorker.Payouts;

namespace PayoutWorker.Store;

/// <summary>A row of claim_due.</summary>
internal sealed record ClaimedRow
{
    public required long Id { get; init; }
    public required string Found { get; init; }
    public required short Priority { get; init; }

    /// <summary>As it was before the lease.</summary>
    public required DateTime Due { get; init; }
    public string[]? FullProjects { get; init; }
}

/// <summary>Where in the order of new payouts the last claim ended, so that the next may begin there.</summary>
/// <param name="FullProjects">As the last look all the way found them.</param>
internal sealed record ClaimPlace(short Priority, DateTime Due, long Id, string[] FullProjects)
{
    public static ClaimPlace First { get; } = new(short.MaxValue, new DateTime(0, DateTimeKind.Utc), 0, []);

    /// <summary>Null where the next claim has to begin at the first: there was hardly more, or nobody knows.</summary>
    public static ClaimPlace? After(ClaimPlace from, IReadOnlyList<ClaimedRow> rows, bool mayBeMore)
    {
        if (!mayBeMore)
            return null;
        var last = rows.Where(row => row.Found == PayoutState.New.Text())
            .OrderByDescending(row => row.Priority)
            .ThenBy(row => row.Due)
            .ThenBy(row => row.Id)
            .LastOrDefault();
        // Those that come first by priority are due later than the others that wait: beginning there would miss them.
        return last is null || last.Priority > from.Priority
            ? from
            : new ClaimPlace(last.Priority, last.Due, last.Id, rows[0].FullProjects ?? []);
    }
}
