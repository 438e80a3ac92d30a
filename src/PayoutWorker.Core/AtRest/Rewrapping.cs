using System.Security.Cryptography;
using Dapper;
using Npgsql;
using PayoutWorker.Store;

namespace PayoutWorker.AtRest;

/// <summary>Wraps every data key with the current key, so that an old key-encryption key can be put away.</summary>
internal static class Rewrapping
{
    /// <returns>How many were wrapped anew.</returns>
    /// <exception cref="CryptographicException">A row was tampered with: nothing of its set was changed.</exception>
    public static async Task<int> RunAsync(NpgsqlDataSource database, KeyRing ring, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var sum = 0;
        while (await SomeAsync(connection, ring, cancellationToken) is > 0 and var some)
            sum += some;
        return sum;
    }

    private static async Task<int> SomeAsync(
        NpgsqlConnection connection,
        KeyRing ring,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var taken = (
            await connection.QueryAsync<(Guid Id, string KekId, byte[] Wrapped)>(
                new CommandDefinition(
                    Sql.Text("take_data_keys"),
                    new { current = ring.CurrentId, known = ring.Ids.ToArray() },
                    transaction,
                    cancellationToken: cancellationToken
                )
            )
        ).ToArray();
        if (taken.Length == 0)
            return 0;
        var wrapped = taken.Select(row => ring.Wrap(row.Id, ring.Unwrap(row.Id, row.KekId, row.Wrapped)!)).ToArray();
        await connection.ExecuteAsync(
            new CommandDefinition(
                Sql.Text("rewrap_data_keys"),
                new
                {
                    current = ring.CurrentId,
                    ids = taken.Select(row => row.Id).ToArray(),
                    wrapped,
                },
                transaction,
                cancellationToken: cancellationToken
            )
        );
        await transaction.CommitAsync(cancellationToken);
        return taken.Length;
    }
}
