using Dapper;
using Npgsql;

namespace PayoutWorker.Bench.Machine;

/// <summary>What PostgreSQL has counted so far, in one database or in the whole server.</summary>
/// <param name="Statements">Sent by clients: BEGIN and COMMIT count, what runs inside functions does not.</param>
/// <param name="Commits">Of this database, read-only ones too.</param>
/// <param name="Syncs">WAL flushes to the disk.</param>
/// <param name="WalBytes">With full-page images.</param>
/// <param name="PageImages">Full-page images among it; zero where full_page_writes is off.</param>
internal sealed record DatabaseFigures(long Statements, long Commits, long Syncs, long WalBytes, long PageImages)
{
    public static async Task<DatabaseFigures> ReadAsync(NpgsqlDataSource admin, CancellationToken cancellationToken)
    {
        await using var connection = await admin.OpenConnectionAsync(cancellationToken);
        // A backend reports what it counted at most once a second, and when it is asked to by name it does at once.
        const string Sql = """
            SELECT
                (SELECT coalesce(sum(s.calls), 0)::bigint
                 FROM pg_stat_statements AS s
                 JOIN pg_roles AS r ON r.oid = s.userid
                 JOIN pg_database AS d ON d.oid = s.dbid
                 WHERE d.datname = current_database() AND r.rolname <> 'payouts_erp'
                   -- Those of the measurement itself.
                   AND s.query NOT LIKE '%finished_at IS NULL%' AND s.query NOT LIKE '%FROM payouts.work'
                   AND s.query <> 'DISCARD ALL') AS statements,
                (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()) AS commits,
                w.wal_sync AS syncs, w.wal_bytes::bigint AS walBytes, w.wal_fpi AS pageImages
            FROM pg_stat_wal AS w
            """;
        return await connection.QuerySingleAsync<DatabaseFigures>(
            new CommandDefinition(Sql, cancellationToken: cancellationToken)
        );
    }

    public static DatabaseFigures operator -(DatabaseFigures later, DatabaseFigures before) =>
        new(
            later.Statements - before.Statements,
            later.Commits - before.Commits,
            later.Syncs - before.Syncs,
            later.WalBytes - before.WalBytes,
            later.PageImages - before.PageImages
        );
}
