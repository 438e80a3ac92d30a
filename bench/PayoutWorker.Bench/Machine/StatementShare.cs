using Dapper;
using Npgsql;

namespace PayoutWorker.Bench.Machine;

/// <summary>Where the server's time went: one statement's share.</summary>
/// <param name="Ms">Execution and planning of all its calls.</param>
/// <param name="PlanMs">Of it, planning.</param>
internal sealed record StatementShare(string Query, long Calls, double Ms, double PlanMs, long Plans)
{
    public static async Task<IReadOnlyList<StatementShare>> TopAsync(
        NpgsqlDataSource admin,
        CancellationToken cancellationToken
    )
    {
        const string Sql = """
            SELECT
                left(regexp_replace(s.query, '\s+', ' ', 'g'), 110) AS query,
                s.calls,
                s.total_exec_time + s.total_plan_time AS ms,
                s.total_plan_time AS planMs,
                s.plans
            FROM pg_stat_statements AS s
            JOIN pg_database AS d ON d.oid = s.dbid
            WHERE d.datname = current_database()
            ORDER BY ms DESC
            LIMIT 30
            """;
        await using var connection = await admin.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<StatementShare>(
            new CommandDefinition(Sql, cancellationToken: cancellationToken)
        );
        return rows.AsList();
    }
}
