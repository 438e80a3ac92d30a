using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;
using PayoutWorker.Store;

namespace PayoutWorker.Migrations;

/// <summary>
/// Brings the schema up to date: the files of sql/migrations in order, each in a transaction of its own, one migrator
/// at a time. A file that was applied must not change afterwards, and an older program refuses a newer schema.
/// </summary>
internal sealed class Migrator(NpgsqlDataSource database, ILogger logger)
{
    /// <summary>Applies what is missing and returns the names of it.</summary>
    /// <exception cref="MigrationException">A file was changed after it was applied, or the schema is newer.</exception>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(
            new CommandDefinition(
                "SELECT pg_advisory_lock(hashtextextended('payouts.migrate', 0))",
                commandTimeout: 600,
                cancellationToken: cancellationToken
            )
        );
        try
        {
            return await ApplyAsync(connection, cancellationToken);
        }
        finally
        {
            // The connection goes back to its pool with all its locks, and there they would stop the next migrator.
            await connection.ExecuteAsync("SELECT pg_advisory_unlock_all()");
        }
    }

    private async Task<IReadOnlyList<string>> ApplyAsync(
        NpgsqlConnection connection,
        CancellationToken cancellationToken
    )
    {
        List<string> done = [];
        var applied = await AppliedAsync(connection, cancellationToken);
        foreach (var (name, sql) in Check(applied))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(
                new CommandDefinition(
                    sql,
                    transaction: transaction,
                    commandTimeout: 600,
                    cancellationToken: cancellationToken
                )
            );
            await connection.ExecuteAsync(
                """
                CREATE TABLE IF NOT EXISTS payouts.migration (
                    name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now()
                );
                INSERT INTO payouts.migration (name, sha256) VALUES (@name, @hash)
                """,
                new { name, hash = Hash(sql) },
                transaction
            );
            await transaction.CommitAsync(cancellationToken);
            logger.Migrated(name);
            done.Add(name);
        }
        return done;
    }

    /// <summary>Names of the files that this program has and the database has not.</summary>
    /// <exception cref="MigrationException">As for <see cref="MigrateAsync"/>.</exception>
    public async Task<IReadOnlyList<string>> PendingAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return [.. Check(await AppliedAsync(connection, cancellationToken)).Select(file => file.Name)];
    }

    private static async Task<Dictionary<string, string>> AppliedAsync(
        NpgsqlConnection connection,
        CancellationToken cancellationToken
    )
    {
        var exists = await connection.ExecuteScalarAsync<bool>(
            new CommandDefinition(
                "SELECT to_regclass('payouts.migration') IS NOT NULL",
                cancellationToken: cancellationToken
            )
        );
        if (!exists)
            return [];
        var rows = await connection.QueryAsync<(string Name, string Sha256)>(
            new CommandDefinition("SELECT name, sha256 FROM payouts.migration", cancellationToken: cancellationToken)
        );
        return rows.ToDictionary(row => row.Name, row => row.Sha256);
    }

    private static IEnumerable<(string Name, string Sql)> Check(Dictionary<string, string> applied)
    {
        var files = Files();
        foreach (var name in applied.Keys.Except(files.Select(file => file.Name)))
            throw new MigrationException(
                $"the database has migration {name}, which this program does not know: it is too old"
            );
        foreach (var (name, sql) in files)
            if (applied.TryGetValue(name, out var hash) && hash != Hash(sql))
                throw new MigrationException(
                    $"migration {name} was changed after it was applied; write a new one instead"
                );
        return files.Where(file => !applied.ContainsKey(file.Name));
    }

    private static (string Name, string Sql)[] Files() =>
        [
            .. Assembly
                .GetExecutingAssembly()
                .GetManifestResourceNames()
                .Where(name => name.StartsWith("migrations/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name => (name["migrations/".Length..], Sql.Read(name))),
        ];

    private static string Hash(string sql) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));
}

/// <summary>The schema and this program do not fit; the message says what to do.</summary>
internal sealed class MigrationException(string message) : Exception(message);
