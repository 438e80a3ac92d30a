using Dapper;

namespace PayoutWorker.IntegrationTests.Database.Support;

/// <summary>What people do about rules, approvals and limits, each in the name that the pages would give.</summary>
internal static class Controls
{
    /// <summary>Calls a function as payouts_ops in the name of a person; returns its answer.</summary>
    public static async Task<string> SayAsync(
        this TestDatabase database,
        string person,
        string sql,
        object? parameters = null
    )
    {
        await using var ops = await database.Ops.OpenConnectionAsync();
        await using var transaction = await ops.BeginTransactionAsync();
        await ops.ExecuteAsync("SELECT set_config('payouts.actor', @person, true)", new { person }, transaction);
        var said = await ops.QuerySingleAsync<object>(sql, parameters, transaction);
        await transaction.CommitAsync();
        return string.Join(' ', ((IDictionary<string, object?>)said).Values.Select(value => value ?? "null"));
    }

    public static async Task<long> SetRuleAsync(this TestDatabase database, long from, string? method = null) =>
        long.Parse(
            await database.SayAsync(
                "olga",
                "SELECT payouts.set_approval_rule(@method, NULL, NULL, @from, 'why')",
                new { from, method }
            )
        );

    public static async Task<long> SetLimitAsync(
        this TestDatabase database,
        string scope,
        long? amount,
        long? count = null
    ) =>
        long.Parse(
            await database.SayAsync(
                "olga",
                "SELECT payouts.set_money_limit(@scope, NULL, NULL, NULL, @amount, @count, 'why')",
                new
                {
                    scope,
                    amount,
                    count,
                }
            )
        );

    public static Task<string> HashAsync(this TestDatabase database, string key) =>
        database.ScalarAsync<string>(
            "SELECT encode(payouts.content_hash(o), 'hex') FROM payouts.outbox AS o WHERE o.erp_key = @key",
            new { key }
        );

    public static async Task<string> ApproveAsync(
        this TestDatabase database,
        string person,
        string key,
        string? hash = null
    ) =>
        await database.SayAsync(
            person,
            "SELECT payouts.approve(@key, @hash, 'seen the invoice')",
            new { key, hash = hash ?? await database.HashAsync(key) }
        );

    public static Task<string> ReleaseAsync(this TestDatabase database, string person, string key) =>
        database.SayAsync(person, "SELECT payouts.request_release(@key, 'agreed')", new { key });

    /// <summary>What a superuser does to a row, past the triggers.</summary>
    public static Task TamperAsync(this TestDatabase database, string key, string set) =>
        database.ExecuteAsync(
            $"""
            SET LOCAL session_replication_role = replica;
            UPDATE payouts.outbox SET {set} WHERE erp_key = @key
            """,
            new { key }
        );
}
