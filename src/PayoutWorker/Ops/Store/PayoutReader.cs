using PayoutWorker.Host.Ops.Rows;
using static PayoutWorker.Host.Ops.Store.OpsDatabase;

namespace PayoutWorker.Host.Ops.Store;

/// <summary>One page of a list.</summary>
/// <param name="Next">Where the next page begins; null when there is none.</param>
/// <param name="Searched">Rows that were looked through without an end: the search may go on at <c>Next</c>.</param>
public sealed record ListPage(IReadOnlyList<ListRow> Rows, long? Next, int Searched);

/// <summary>Lists, and single payouts.</summary>
internal sealed class PayoutReader(OpsDatabase database, TimeZoneInfo zone)
{
    public const int PageRows = 50;

    // As many as are looked through within a few hundredths of a second.
    private const int ScanRows = 20_000;

    public async Task<ListPage> SearchAsync(Filter filter, CancellationToken cancellationToken)
    {
        if (filter.Q is { } word)
            return new ListPage(await NamedAsync(word, cancellationToken), null, 0);
        var rows = filter.IsOpen
            ? await database.ListAsync<ListRow>("search_open", filter.Parameters(zone), cancellationToken)
            : await database.ListAsync<ListRow>("search_all", Scanning(filter), cancellationToken);
        return Page(rows, filter);
    }

    public Task<PayoutView?> ReadAsync(long id, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "read_payout",
            new { id },
            async grid =>
            {
                var payout = await grid.ReadSingleOrDefaultAsync<PayoutRow>();
                return payout is null
                    ? null
                    : new PayoutView(
                        payout,
                        await ListAsync<EventRow>(grid),
                        await ListAsync<CallRow>(grid),
                        await ListAsync<SessionRow>(grid),
                        await ListAsync<WebhookRow>(grid),
                        await ListAsync<ResolutionRow>(grid),
                        await ListAsync<ViewRow>(grid)
                    );
            },
            cancellationToken
        );

    public async Task<ActionRow?> ReadForActionAsync(long id, CancellationToken cancellationToken) =>
        (
            await database.ReadForActionAsync("read_action", new { id }, ListAsync<ActionRow>, cancellationToken)
        ).SingleOrDefault();

    private async Task<IReadOnlyList<ListRow>> NamedAsync(string word, CancellationToken cancellationToken)
    {
        var number = long.TryParse(word.TrimStart('#'), out var n) ? n : (long?)null;
        var ids = await database.ListAsync<long>("find_payout", new { word, number }, cancellationToken);
        return ids.Count == 0
            ? []
            : await database.ListAsync<ListRow>("read_list", new { ids = ids.ToArray() }, cancellationToken);
    }

    private object Scanning(Filter filter) => filter.Parameters(zone, filter.NeedsScan ? ScanRows : PageRows + 1);

    private static ListPage Page(IReadOnlyList<ListRow> rows, Filter filter)
    {
        var found = rows.Where(row => row.Id is not null).ToArray();
        if (found.Length > PageRows)
            return new ListPage(found[..PageRows], found[PageRows - 1].Id, 0);
        // Fewer than a page among all that were looked at, and there may be more behind them.
        var isCut = filter.NeedsScan && !filter.IsOpen && rows is [{ RowsScanned: ScanRows }, ..];
        return new ListPage(found, isCut ? rows[0].Scanned : null, isCut ? ScanRows : 0);
    }
}
