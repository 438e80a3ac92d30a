using Dapper;
using Npgsql;

namespace PayoutWorker.Bench.Machine;

/// <summary>Which table or index the write-ahead log was written for.</summary>
/// <param name="Relation">Null where a record belongs to none: commits, mostly.</param>
internal sealed record WalShare(string? Relation, string Kind, long Records, long Bytes)
{
    /// <summary>The insert position of the log, to begin a profile from.</summary>
    public static async Task<string> PositionAsync(NpgsqlDataSource admin, CancellationToken cancellationToken)
    {
        await using var command = admin.CreateCommand("SELECT pg_current_wal_insert_lsn()::text");
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Everything since a position, the largest first.</summary>
    public static async Task<IReadOnlyList<WalShare>> SinceAsync(
        NpgsqlDataSource admin,
        string position,
        CancellationToken cancellationToken
    )
    {
        const string Sql = """
            SELECT
                c.relname::text AS relation,
                r.resource_manager || ' ' || r.record_type AS kind,
                count(*) AS records,
                sum(r.record_length)::bigint AS bytes
            FROM pg_get_wal_records_info(@position::pg_lsn, pg_current_wal_flush_lsn()) AS r
            LEFT JOIN pg_class AS c ON c.relfilenode = substring(r.block_ref FROM 'rel \d+/\d+/(\d+)')::oid
            GROUP BY 1, 2
            ORDER BY 4 DESC
            """;
        await using var connection = await admin.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync("CREATE EXTENSION IF NOT EXISTS pg_walinspect");
        var rows = await connection.QueryAsync<WalShare>(
            new CommandDefinition(Sql, new { position }, commandTimeout: 0, cancellationToken: cancellationToken)
        );
        return rows.AsList();
    }
}
