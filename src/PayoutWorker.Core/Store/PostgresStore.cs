using Dapper;
using Npgsql;
using PayoutWorker.AtRest;
using PayoutWorker.Payouts;

namespace PayoutWorker.Store;

/// <summary>The store on PostgreSQL. Every durable write goes through a coalescer: many payouts, one transaction.</summary>
internal sealed class PostgresStore : IPayoutStore
{
    private readonly NpgsqlDataSource _database;
    private readonly string _owner;
    private readonly Func<ChangeSet> _newSet;
    private readonly Coalescer<(long Id, Func<Payout, Change?> Decide), Lazy<Written>> _writes;
    private readonly Coalescer<RawWebhook, bool> _webhooks;
    private readonly PostgresInbox _inbox;
    private readonly BodyVault _vault;
    private readonly Turn _turn = new();
    private readonly Lookback _claims;
    private ClaimPlace? _place;

    /// <param name="owner">This worker's name, in leases and in the history.</param>
    /// <param name="firstReturnWatch">How long after a payment the first look for a return is due.</param>
    /// <param name="unwatched">Sender accounts whose payouts are not asked about for returns.</param>
    /// <param name="vault">Seals what the bank told about people; null writes it in clear.</param>
    /// <param name="time">For looks that do not go all the way; null: each does.</param>
    public PostgresStore(
        NpgsqlDataSource database,
        string owner,
        TimeSpan firstReturnWatch,
        IReadOnlySet<string>? unwatched = null,
        BodyVault? vault = null,
        TimeProvider? time = null
    )
    {
        _database = database;
        _owner = owner;
        _vault = vault ?? BodyVault.Clear;
        _newSet = () => new ChangeSet(owner, firstReturnWatch, unwatched);
        _writes = new(FlushAsync, item => item.Id, IsOneToBlame);
        _webhooks = new(FlushWebhooksAsync, key: null, IsOneToBlame);
        _inbox = new PostgresInbox(database, _newSet, _vault, _turn, new Lookback(time));
        _claims = new Lookback(time);
    }

    public async Task<IReadOnlyList<Claimed>> ClaimAsync(ClaimOrder order, CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        var shares = Shares.Of(order);
        // What passes over some that are due, or takes some in particular, has another place in the order.
        var isPlain =
            order is { Suspects: false, QuestionsOnly: false, PausedProjects: [], Most: int.MaxValue }
            && order.Overdue == default;
        var last = _place;
        var look = isPlain ? _claims.Begin(mayBeShort: last is not null) : Look.AllTheWay;
        var place = look.IsAll ? ClaimPlace.First : last!;
        var parameters = new
        {
            owner = _owner,
            // Without new payouts when only questions are asked.
            slots = order.QuestionsOnly ? 0 : order.Slots,
            lease = order.Lease,
            overdue = order.Overdue,
            route_methods = order.Routes.Select(route => DbText.Text(route.Method)).ToArray(),
            route_accounts = order.Routes.Select(route => route.SenderAccount ?? "").ToArray(),
            route_projects = order.Routes.Select(route => route.Project).ToArray(),
            in_progress_max = order.InProgressMax,
            paused_projects = order.PausedProjects.ToArray(),
            states = shares.States,
            shares = shares.Counts,
            new_min = shares.NewMin,
            // Every state has its share of even one slot; a suspect must be alone.
            taken_max = order.Suspects ? order.Slots : order.Most,
            claims_min = order.Suspects ? Suspicious : 0,
            claims_max = order.Suspects ? short.MaxValue : Suspicious - 1,
            all_the_way = look.IsAll,
            look_back = look.Back,
            after_due = place.Due,
            after_id = place.Id,
            full_projects = place.FullProjects,
        };
        // From here on not cancellable: a claim that was cut off may have happened, and the creates that it intended
        // would neither be sent nor taken back.
        var claim = new CommandDefinition(Sql.Text("claim_due"), parameters);
        var taken = await TakeAsync(connection, claim);
        var took = _claims.Since(look);
        Claimed[] claimed = [];
        if (taken.Count > 0)
        {
            var found = taken.ToDictionary(row => row.Id, row => PayoutStates.Parse(row.Found));
            var payouts = await ReadAsync(connection, null, [.. found.Keys], CancellationToken.None);
            claimed = [.. payouts.Select(payout => new Claimed(payout, found[payout.Id]))];
        }
        if (isPlain)
        {
            _claims.End(look, took, Shares.MayLeaveGoing(order, claimed));
            _place = ClaimPlace.After(place, taken, Shares.MayLeave(order, claimed));
        }
        return claimed;
    }

    // The lock and the claim travel together and are one transaction.
    private static async Task<IReadOnlyList<ClaimedRow>> TakeAsync(NpgsqlConnection connection, CommandDefinition claim)
    {
        await using var results = await connection.QueryMultipleAsync(claim);
        await results.ReadAsync<object>(buffered: true);
        return [.. await results.ReadAsync<ClaimedRow>()];
    }

    // Claims without a result after which a payout is claimed alone: what kills a worker shall kill nothing else.
    private const int Suspicious = 5;

    public async Task<Written> WriteAsync(long payoutId, Func<Payout, Change?> decide) =>
        (await _writes.AddAsync((payoutId, decide))).Value;

    public Task AddWebhookAsync(RawWebhook webhook) => _webhooks.AddAsync(webhook);

    public Task<InboxResult> ApplyInboxAsync(InboxOrder order, CancellationToken cancellationToken) =>
        _inbox.ApplyAsync(order, cancellationToken);

    public async Task<IReadOnlyList<Payout>> TakeReturnsAsync(
        int limit,
        TimeSpan lease,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        var taken = await connection.QueryAsync<long>(
            new CommandDefinition(Sql.Text("take_returns"), new { limit, lease }, cancellationToken: cancellationToken)
        );
        long[] ids = [.. taken];
        return ids.Length == 0 ? [] : await ReadAsync(connection, null, ids, cancellationToken);
    }

    public async Task ReturnsAskedAsync(
        IReadOnlyList<long> ids,
        IReadOnlyList<TimeSpan> intervals,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(
            new CommandDefinition(
                Sql.Text("put_off_returns"),
                new { ids = ids.ToArray(), intervals = intervals.ToArray() },
                cancellationToken: cancellationToken
            )
        );
    }

    /// <summary>Reads payouts as they are, without a lock.</summary>
    public async Task<IReadOnlyList<Payout>> ReadAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        return await ReadAsync(connection, null, [.. ids], cancellationToken);
    }

    private async Task<IReadOnlyList<Payout>> ReadAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction? transaction,
        long[] ids,
        CancellationToken cancellationToken
    )
    {
        var rows = await connection.QueryAsync<PayoutRow>(
            new CommandDefinition(
                Sql.Text("read_payouts"),
                new { ids },
                transaction,
                cancellationToken: cancellationToken
            )
        );
        return await ToPayoutsAsync(_vault, connection, transaction, [.. rows], cancellationToken);
    }

    /// <summary>Locks these payouts until the transaction ends, and reads them as they are then.</summary>
    internal static async Task<Dictionary<long, Payout>> LockAsync(
        BodyVault vault,
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        long[] ids,
        CancellationToken cancellationToken
    )
    {
        var command = new CommandDefinition(
            Sql.Join(["lock_payouts", "read_payouts"]),
            new { ids },
            transaction,
            cancellationToken: cancellationToken
        );
        PayoutRow[] rows;
        await using (var results = await connection.QueryMultipleAsync(command))
        {
            await results.ReadAsync<object>(buffered: true);
            rows = [.. await results.ReadAsync<PayoutRow>()];
        }
        var payouts = await ToPayoutsAsync(vault, connection, transaction, rows, cancellationToken);
        return payouts.ToDictionary(payout => payout.Id);
    }

    private static async Task<IReadOnlyList<Payout>> ToPayoutsAsync(
        BodyVault vault,
        NpgsqlConnection connection,
        NpgsqlTransaction? transaction,
        PayoutRow[] rows,
        CancellationToken cancellationToken
    )
    {
        await vault.LearnAsync(connection, transaction, rows.SelectMany(row => row.Sealed), cancellationToken);
        return [.. rows.Select(row => row.ToPayout(vault))];
    }

    private async Task<IReadOnlyList<Lazy<Written>>> FlushAsync(
        IReadOnlyList<(long Id, Func<Payout, Change?> Decide)> items
    )
    {
        using var turn = await _turn.TakeAsync(CancellationToken.None);
        await using var connection = await _database.OpenConnectionAsync();
        var sealer = await _vault.SealerAsync(connection, 2 * items.Count);
        await using var transaction = await connection.BeginTransactionAsync();
        var payouts = await LockAsync(_vault, connection, transaction, [.. items.Select(item => item.Id)], default);
        Draft[] drafts = [.. items.Select(item => Draft.Of(item.Decide, payouts.GetValueOrDefault(item.Id)))];
        await MoneyLimits.CountAsync(connection, transaction, drafts);
        var set = _newSet();
        Lazy<Written>[] results = [.. drafts.Select(draft => draft.AddTo(set))];
        await using var trip = new Trip(connection, transaction);
        set.AddTo(trip, sealer);
        await trip.CommitAsync();
        return results;
    }

    private async Task<IReadOnlyList<bool>> FlushWebhooksAsync(IReadOnlyList<RawWebhook> webhooks)
    {
        await using var connection = await _database.OpenConnectionAsync();
        var sealer = await _vault.SealerAsync(connection, webhooks.Count);
        await connection.ExecuteAsync(
            Sql.Text("insert_webhooks"),
            new
            {
                hashes = webhooks.Select(webhook => webhook.Sha256).ToArray(),
                bodies = webhooks.Select(hook => sealer.Seal(hook.Body, Identity.Webhook(hook.Sha256))).ToArray(),
                signatures = webhooks.Select(webhook => webhook.Signature).ToArray(),
                key_ids = webhooks.Select(webhook => webhook.KeyId).ToArray(),
            }
        );
        return [.. webhooks.Select(_ => true)];
    }

    // The server refused what one row says, or a newer version wrote a word that this one cannot read; a lost
    // connection or a full disk is everybody's.
    internal static bool IsOneToBlame(Exception e) => e is PostgresException { IsTransient: false } or FormatException;
}
