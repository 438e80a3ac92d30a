using Npgsql;

namespace PayoutWorker.Audit;

/// <summary>What is to be checked: everything, days of UTC, or one payout.</summary>
/// <param name="Roots">Roots that were kept outside the database.</param>
internal sealed record AuditScope(
    DateOnly? From,
    DateOnly? To,
    long? PayoutId,
    IReadOnlyDictionary<DateOnly, byte[]> Roots
)
{
    public static readonly AuditScope Everything = new(null, null, null, new Dictionary<DateOnly, byte[]>());
}

/// <summary>Computes every seal anew and compares, a piece at a time, so that any length of history goes through.</summary>
internal sealed class AuditCheck(NpgsqlDataSource database, Action<Finding> found)
{
    private const int PayoutsAtOnce = 2000;
    private const int RunsAtOnce = 50;

    private readonly AuditTally _tally = new();
    private readonly RunTimes _times = new();

    /// <exception cref="PostgresException">The role may not read what is to be checked.</exception>
    public async Task<AuditTally> RunAsync(AuditScope scope, CancellationToken cancellationToken)
    {
        await using var reader = await AuditReader.OpenAsync(database, cancellationToken);
        var span = await reader.SpanAsync(scope.From, scope.To, cancellationToken);
        if (span.Strays > 0)
            Report(new Finding("removed", null, $"the newest runs: {span.Strays} seals name runs that are not there"));
        var payouts = new PayoutCheck(_times, _tally, Report);
        if (scope.PayoutId is { } id)
            await OneAsync(reader, payouts, id, scope, cancellationToken);
        else if (scope.From is not null || scope.To is not null)
            await DaysAsync(reader, payouts, span, scope, cancellationToken);
        else
            await EverythingAsync(reader, payouts, span, scope, cancellationToken);
        return _tally;
    }

    private async Task EverythingAsync(
        AuditReader reader,
        PayoutCheck payouts,
        AuditSpan span,
        AuditScope scope,
        CancellationToken cancellationToken
    )
    {
        var roots = new RootCheck(await reader.RootsAsync(cancellationToken), scope.Roots, _tally, Report);
        await RunsAsync(reader, 1, span.Last, roots.Add, cancellationToken);
        roots.Check();
        long after = 0;
        while (await reader.PayoutsAsync(after, PayoutsAtOnce, cancellationToken) is { Count: > 0 } ids)
        {
            await PayoutsAsync(reader, payouts, [.. ids], cancellationToken);
            after = ids[^1];
        }
    }

    // The runs of those days, and every payout that they sealed something of.
    private async Task DaysAsync(
        AuditReader reader,
        PayoutCheck payouts,
        AuditSpan span,
        AuditScope scope,
        CancellationToken cancellationToken
    )
    {
        var roots = await reader.RootsAsync(cancellationToken);
        new RootCheck(roots, scope.Roots, _tally, Report).Compare();
        HashSet<long> ids = [];
        await RunsAsync(reader, span.First, span.Last, run => ids.UnionWith(run.Payouts), cancellationToken);
        foreach (var some in ids.Order().Chunk(PayoutsAtOnce))
            await PayoutsAsync(reader, payouts, some, cancellationToken);
    }

    private async Task OneAsync(
        AuditReader reader,
        PayoutCheck payouts,
        long id,
        AuditScope scope,
        CancellationToken cancellationToken
    )
    {
        new RootCheck(await reader.RootsAsync(cancellationToken), scope.Roots, _tally, Report).Compare();
        foreach (var run in (await reader.SealsAsync([id], cancellationToken)).Select(seal => seal.RunId).Distinct())
            await RunsAsync(reader, run, run, _ => { }, cancellationToken);
        await PayoutsAsync(reader, payouts, [id], cancellationToken);
    }

    private async Task RunsAsync(
        AuditReader reader,
        long first,
        long last,
        Action<RunRow> told,
        CancellationToken cancellationToken
    )
    {
        var check = new RunCheck(_tally, Report);
        if (first > 1)
            foreach (var before in await reader.RunsAsync(first - 1, first - 1, cancellationToken))
            {
                check.Check(before, isContext: true);
                _times.Add(before.Id, before.At);
            }
        for (var from = first; from > 0 && from <= last; from += RunsAtOnce)
            foreach (var run in await reader.RunsAsync(from, Math.Min(last, from + RunsAtOnce - 1), cancellationToken))
            {
                check.Check(run);
                _times.Add(run.Id, run.At);
                told(run);
            }
    }

    private static async Task PayoutsAsync(
        AuditReader reader,
        PayoutCheck check,
        long[] ids,
        CancellationToken cancellationToken
    )
    {
        var seals = (await reader.SealsAsync(ids, cancellationToken)).ToLookup(seal => seal.PayoutId);
        var items = (await reader.ItemsAsync(ids, cancellationToken)).ToLookup(item => item.PayoutId);
        foreach (var id in ids)
            check.Check(id, [.. seals[id]], [.. items[id]]);
    }

    private void Report(Finding finding)
    {
        _tally.Findings++;
        found(finding);
    }
}
