using Dapper;
using Npgsql;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.IntegrationTests.Model;

/// <summary>The store that ships, on PostgreSQL, with the functions of the migrations.</summary>
internal sealed class PostgresSide(VirtualClock clock, TimeSpan firstReturnWatch) : ISide
{
    private const string InsertOrder = """
        INSERT INTO payouts.outbox (
            erp_key, method, flow, amount, currency, sender_account, recipient_name, recipient_account, recipient_bik,
            purpose, sealed_card, card_last4, metadata, not_before, priority
        )
        VALUES (
            @erpKey, @method, @flow, @amount, @currency, @sender, @name, @account, @bik,
            @purpose, @card, @last4, @metadata::jsonb, now() + @notBefore, @priority
        )
        """;

    private const string SpreadDueAndPass = """
        UPDATE payouts.work AS w
        SET due_at = w.due_at + interval '1 ms' * (
            SELECT count(*) FROM payouts.work AS o WHERE o.id < w.id AND o.due_at = w.due_at
        )
        WHERE EXISTS (SELECT FROM payouts.work AS o WHERE o.id < w.id AND o.due_at = w.due_at);
        UPDATE test_clock.clock SET at = at + @time;
        """;

    private readonly Dictionary<string, PostgresStore> _stores = [];
    private int _inserted;

    public Task InsertAsync(Order order, int priority, TimeSpan notBefore)
    {
        _inserted++;
        return ExecuteAsync(
            InsertOrder,
            new
            {
                erpKey = order.ErpKey,
                method = DbText.Text(order.Method),
                flow = order.Flow == Flow.TwoStep ? "two_step" : "single_request",
                amount = order.Amount.Minor,
                currency = order.Amount.Currency,
                sender = order.SenderAccount,
                name = order.Recipient.Name,
                account = order.Recipient.Account,
                bik = order.Recipient.Bik,
                purpose = order.Purpose,
                card = order.SealedCard,
                last4 = order.Recipient.CardLast4,
                metadata = order.Metadata,
                notBefore,
                priority = (short)priority,
            }
        );
    }

    public Task PassAsync(TimeSpan time) => clock.PassAsync(time);

    public async Task<IReadOnlyList<Payout>> ReadAllAsync()
    {
        long[] ids = [.. Enumerable.Range(1, _inserted).Select(id => (long)id)];
        return [.. (await Store("w0").ReadAsync(ids, default)).OrderBy(payout => payout.Id)];
    }

    public Task<IReadOnlyList<Claimed>> ClaimAsync(string owner, ClaimOrder order) =>
        Store(owner).ClaimAsync(order, default);

    public async Task<Written> WriteAsync(string owner, long id, Func<Payout, Change?> decide)
    {
        try
        {
            return await Store(owner).WriteAsync(id, decide);
        }
        catch (Exception e)
            when (e is InvalidOperationException
                || e is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation or "PW002" }
            )
        {
            throw new RefusedException(e);
        }
    }

    public Task AddWebhookAsync(RawWebhook webhook) => Store("w0").AddWebhookAsync(webhook);

    public Task<InboxResult> ApplyInboxAsync(string owner, InboxOrder order) =>
        Store(owner).ApplyInboxAsync(order, default);

    public Task<IReadOnlyList<Payout>> TakeReturnsAsync(int limit, TimeSpan lease) =>
        Store("w0").TakeReturnsAsync(limit, lease, default);

    public Task ReturnsAskedAsync(IReadOnlyList<long> ids, IReadOnlyList<TimeSpan> intervals) =>
        Store("w0").ReturnsAskedAsync(ids, intervals, default);

    public async Task<bool> RequestAsync(long id, Wish wish)
    {
        try
        {
            var said = await ScalarAsync<string>(
                $"SELECT payouts.request_{wish.ToString().ToLowerInvariant()}(erp_key, '') FROM payouts.outbox WHERE id = @id",
                new { id }
            );
            return said is "asked" or "released";
        }
        catch (PostgresException e) when (e.SqlState.StartsWith("PW01", StringComparison.Ordinal))
        {
            return false;
        }
    }

    public Task<long> StopAsync(string scope, string value) =>
        ScalarAsync<long>("SELECT payouts.stop(@scope, @value, 'test')", new { scope, value });

    public Task<bool> ResumeAsync(string scope, string value) =>
        ScalarAsync<bool>("SELECT payouts.resume(@scope, @value, 'test')", new { scope, value });

    public Task SpreadDueAndPassAsync(TimeSpan time) => ExecuteAsync(SpreadDueAndPass, new { time });

    public async Task<IReadOnlyList<string>> RowsAsync()
    {
        await using var connection = await clock.Admin.OpenConnectionAsync();
        return [.. await connection.QueryAsync<string>(PostgresRows.All)];
    }

    private PostgresStore Store(string owner)
    {
        if (!_stores.TryGetValue(owner, out var store))
            _stores[owner] = store = new PostgresStore(clock.Worker, owner, firstReturnWatch);
        return store;
    }

    private async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = await clock.Admin.OpenConnectionAsync();
        await connection.ExecuteAsync(sql, parameters);
    }

    private async Task<T> ScalarAsync<T>(string sql, object parameters)
    {
        await using var connection = await clock.Admin.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }
}
