using System.Data.Common;
using Bank131.Webhooks;
using Dapper;
using Npgsql;
using PayoutWorker.AtRest;
using PayoutWorker.Decisions;
using PayoutWorker.Payouts;

namespace PayoutWorker.Store;

/// <summary>Applies stored webhooks in sets: one transaction for a few hundred.</summary>
internal sealed class PostgresInbox(
    NpgsqlDataSource database,
    Func<ChangeSet> newSet,
    BodyVault vault,
    Turn turn,
    Lookback lookback
)
{
    public async Task<InboxResult> ApplyAsync(InboxOrder order, CancellationToken cancellationToken)
    {
        try
        {
            return await ApplySetAsync(order, [], cancellationToken);
        }
        catch (Exception e) when (IsOneToBlame(e) && order.Limit > 1)
        {
            // One webhook is to blame. The set is small enough to find it by taking them one by one.
            return await ApplyOneByOneAsync(order, cancellationToken);
        }
    }

    private async Task<InboxResult> ApplyOneByOneAsync(InboxOrder order, CancellationToken cancellationToken)
    {
        var total = InboxResult.None;
        for (var i = 0; i < order.Limit; i++)
        {
            List<long> taken = [];
            InboxResult one;
            try
            {
                one = await ApplySetAsync(order with { Limit = 1, Then = null }, taken, cancellationToken);
            }
            catch (Exception e) when (IsOneToBlame(e) && taken is [_])
            {
                one = new InboxResult(1, 1, [], [await PutOffAsync(taken[0], order.OrphanRetry, e, cancellationToken)]);
            }
            if (one.Taken == 0)
                break;
            total = new InboxResult(
                total.Taken + one.Taken,
                total.Orphans + one.Orphans,
                [.. total.Moved, .. one.Moved],
                [.. total.Alarms, .. one.Alarms]
            );
        }
        return total;
    }

    private async Task<Alarm> PutOffAsync(long id, TimeSpan retry, Exception error, CancellationToken cancellationToken)
    {
        var what = (error as PostgresException)?.SqlState ?? error.GetType().Name;
        var outcome = $"could not be applied: {what}";
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(
            new CommandDefinition(
                Sql.Text("put_off_webhook"),
                new
                {
                    id,
                    retry,
                    outcome,
                },
                cancellationToken: cancellationToken
            )
        );
        var alarm = new Alarm(AlarmKind.WebhookNotApplied, $"webhook {id}", $"a signed webhook {outcome}");
        await Alarms.RaiseAsync(connection, null, [alarm], cancellationToken);
        return alarm;
    }

    // What the server refuses, what a newer version wrote, what a decision of ours trips over; a lost connection or a
    // server that shuts down is nobody's fault, and the whole set is tried again.
    private static bool IsOneToBlame(Exception e) =>
        e is PostgresException { IsTransient: false }
        || e is not (DbException or OperationCanceledException or IOException or ObjectDisposedException);

    /// <param name="taken">Filled with the webhooks that this transaction holds.</param>
    private async Task<InboxResult> ApplySetAsync(
        InboxOrder order,
        List<long> taken,
        CancellationToken cancellationToken
    )
    {
        using var mine = await turn.TakeAsync(cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var sealer = await vault.SealerAsync(connection, 2 * order.Limit);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var look = order.Overdue == default ? lookback.Begin() : Look.AllTheWay;
        var stored = (
            await connection.QueryAsync<StoredWebhook>(
                new CommandDefinition(
                    Sql.Text("take_webhooks"),
                    new
                    {
                        limit = order.Limit,
                        overdue = order.Overdue,
                        look_back = look.Back,
                    },
                    transaction,
                    cancellationToken: cancellationToken
                )
            )
        ).ToArray();
        var took = lookback.Since(look);
        if (stored.Length == 0)
        {
            EndLook();
            return InboxResult.None;
        }

        taken.AddRange(stored.Select(webhook => webhook.Id));
        await vault.LearnAsync(connection, transaction, stored.Select(webhook => webhook.Body), cancellationToken);
        List<WebhookMark> marks = [];
        var read = Opened(stored, order, marks);
        var owners = await WebhookOwners.FindAsync(connection, transaction, read, cancellationToken);
        var ids = owners.Values.Select(owner => owner.PayoutId).Distinct().Order().ToArray();
        var payouts =
            ids.Length == 0
                ? []
                : await PostgresStore.LockAsync(vault, connection, transaction, ids, cancellationToken);

        List<Written> written = [];
        await using var trip = new Trip(connection, transaction);
        var round = newSet();
        HashSet<long> inRound = [];
        foreach (var (webhook, view) in read)
        {
            var owner = view?.Session is { } session
                ? owners.GetValueOrDefault((session.Id, WebhookOwners.Reference(view)))
                : null;
            if (owner is null || !payouts.TryGetValue(owner.PayoutId, out var payout))
            {
                marks.Add(WebhookMark.Unowned(webhook, view, order));
                continue;
            }
            // A second webhook of one payout builds on what the first one wrote.
            if (!inRound.Add(payout.Id))
            {
                round.AddTo(trip, sealer);
                round = newSet();
                inRound = [payout.Id];
            }
            // Bound by a webhook before it in this set, or long ago; else found by our reference alone.
            var bound = owner.Bound || payout.Session?.BankId == view!.Session!.Id;
            var change = Decide(payout, owner.N, bound, webhook, view!, order);
            if (change is null && !bound)
            {
                // Our reference on a session that is not ours: money may be moving there, and nobody would look.
                marks.Add(WebhookMark.Unowned(webhook, view, order));
                continue;
            }
            if (change is not null)
            {
                var after = round.Add(payout, change);
                written.Add(new Written(change, payout, after));
                payouts[payout.Id] = after;
            }
            marks.Add(
                new WebhookMark(webhook.Id, view!.Type, view.Session!.Id, payout.Id, Outcome(payout, change), null)
            );
        }
        round.AddTo(trip, sealer);
        var follow = newSet();
        foreach (var payout in MovedBy(written))
            if (order.Then?.Invoke(payout) is { } change)
                written.Add(new Written(change, payout, follow.Add(payout, change)));
        follow.AddTo(trip, sealer);
        Mark(trip, marks);
        Alarm[] alarms = [.. marks.Select(mark => mark.Alarm).OfType<Alarm>()];
        Alarms.Raise(trip, [.. alarms.Select(alarm => ((long?)null, alarm))]);
        // Apart from the commit: while the worker stops, confirms that nobody would send are rolled back.
        await trip.SendAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        EndLook();
        return new InboxResult(stored.Length, marks.Count(mark => mark.RetryIn is not null), written, alarms);

        // Not earlier: what a set took that failed is looked for again, one by one.
        void EndLook()
        {
            if (order.Overdue == default)
                lookback.End(look, took, leaves: stored.Length >= order.Limit);
        }
    }

    // Where the set has stopped a project, what it read of stops holds no more: what follows is decided by the next claim.
    private static Payout[] MovedBy(IReadOnlyList<Written> written) =>
        written.Any(one => one.Change!.StopProject is not null)
            ? []
            :
            [
                .. written
                    .GroupBy(one => one.After!.Id)
                    .Where(all => all.Any(one => one.Before!.State != one.After!.State))
                    .Select(all => all.Last().After!),
            ];

    // What cannot be decrypted says nothing, not even that it is an orphan: it waits for its key, and a person is told.
    private (StoredWebhook Stored, WebhookView? View)[] Opened(
        StoredWebhook[] stored,
        InboxOrder order,
        List<WebhookMark> marks
    )
    {
        List<(StoredWebhook, WebhookView?)> read = [];
        foreach (var webhook in stored)
            try
            {
                var body = vault.Open(webhook.Body, Identity.Webhook(webhook.Sha256));
                read.Add((webhook, WebhookView.Read(body)));
            }
            catch (UnreadableException e)
            {
                marks.Add(WebhookMark.Locked(webhook, e.Message, order));
            }
        return [.. read];
    }

    private static Change? Decide(
        Payout payout,
        int n,
        bool bound,
        StoredWebhook webhook,
        WebhookView view,
        InboxOrder order
    ) =>
        bound
            ? order.Decide(payout, new Evidence.Seen(n, view.Session!, null, $"webhook {webhook.Id}"))
            : Decision.Bind(payout, n, view.Session!, $"webhook {webhook.Id}");

    private static string Outcome(Payout payout, Change? change) =>
        change is null ? "nothing new"
        : change.To == payout.State ? "noted"
        : $"{payout.State.Text()} to {change.To.Text()}";

    private static void Mark(Trip trip, IReadOnlyList<WebhookMark> marks) =>
        trip.Add(
            "mark_webhooks",
            ("webhook_ids", marks.Select(mark => mark.Id).ToArray()),
            ("types", marks.Select(mark => mark.Type).ToArray()),
            ("session_ids", marks.Select(mark => mark.SessionId).ToArray()),
            ("payout_ids", marks.Select(mark => mark.PayoutId).ToArray()),
            ("outcomes", marks.Select(mark => mark.Outcome).ToArray()),
            ("retry_ins", marks.Select(mark => mark.RetryIn).ToArray())
        );
}
