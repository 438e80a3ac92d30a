using Dapper;
using Npgsql;
using PayoutWorker.Payouts;

namespace PayoutWorker.Store;

/// <summary>Counts payouts against the money limits, in the transaction that commits their intent.</summary>
internal static class MoneyLimits
{
    /// <summary>What a limit keeps back is decided again, this time knowing so. Nothing is asked where no limit is set.</summary>
    public static async Task CountAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Draft[] drafts)
    {
        var ids = drafts
            .Where(draft => draft is { BeginsMoney: true, Payout.Limited: true })
            .Select(draft => draft.Payout!.Id)
            .ToArray();
        if (ids.Length == 0)
            return;
        var rows = await connection.QueryAsync<(long Id, string Reason, string Alarm)>(
            new CommandDefinition(Sql.Text("reserve_limits"), new { ids }, transaction)
        );
        var beyond = rows.ToDictionary(row => row.Id, row => new OverLimit(row.Reason, row.Alarm));
        for (var i = 0; i < drafts.Length; i++)
            if (drafts[i] is { BeginsMoney: true, Payout: { } payout } && beyond.TryGetValue(payout.Id, out var limit))
                drafts[i] = Kept(drafts[i], payout, limit);
    }

    private static Draft Kept(Draft draft, Payout payout, OverLimit limit)
    {
        var kept = Draft.Of(draft.Decide, payout with { OverLimit = limit });
        return kept.BeginsMoney
            ? kept with
            {
                Change = null,
                Error = new InvalidOperationException($"payout {payout.Id} is over a limit"),
            }
            : kept;
    }
}
