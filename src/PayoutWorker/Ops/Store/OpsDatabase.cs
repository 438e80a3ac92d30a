using Dapper;
using Npgsql;

namespace PayoutWorker.Host.Ops.Store;

/// <summary>The database as the pages see it: in the role payouts_ops, which reads and calls functions.</summary>
/// <param name="reads">For what everybody looks at.</param>
/// <param name="actions">For what operators do, so that no search can delay a stop.</param>
internal sealed class OpsDatabase(NpgsqlDataSource reads, NpgsqlDataSource actions) : IAsyncDisposable
{
    private long _acts;

    /// <summary>For what reads page by page.</summary>
    public NpgsqlDataSource Reads => reads;

    /// <summary>Grows with everything that somebody does here: what was read before may be old then.</summary>
    public long Acts => Interlocked.Read(ref _acts);

    /// <summary>Reads the result sets of one statement file in one round trip.</summary>
    public Task<T> ReadAsync<T>(
        string statement,
        object? parameters,
        Func<SqlMapper.GridReader, Task<T>> read,
        CancellationToken cancellationToken
    ) => ReadAsync(reads, statement, parameters, read, cancellationToken);

    /// <summary>The same on the connections of actions, for a page that an operator needs before an action.</summary>
    public Task<T> ReadForActionAsync<T>(
        string statement,
        object? parameters,
        Func<SqlMapper.GridReader, Task<T>> read,
        CancellationToken cancellationToken
    ) => ReadAsync(actions, statement, parameters, read, cancellationToken);

    private static async Task<T> ReadAsync<T>(
        NpgsqlDataSource source,
        string statement,
        object? parameters,
        Func<SqlMapper.GridReader, Task<T>> read,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var grid = await connection.QueryMultipleAsync(
            new CommandDefinition(OpsSql.Text(statement), parameters, cancellationToken: cancellationToken)
        );
        return await read(grid);
    }

    public Task<IReadOnlyList<T>> ListAsync<T>(
        string statement,
        object? parameters,
        CancellationToken cancellationToken
    ) => ReadAsync(statement, parameters, ListAsync<T>, cancellationToken);

    /// <summary>The next result set.</summary>
    public static async Task<IReadOnlyList<T>> ListAsync<T>(SqlMapper.GridReader grid) =>
        [.. await grid.ReadAsync<T>()];

    /// <summary>Does something in the name of a person: the database writes that name into the history.</summary>
    /// <exception cref="PostgresException">The database refuses; PWxxx says why.</exception>
    public async Task<T?> ActAsync<T>(string actor, string sql, object? parameters, CancellationToken cancellationToken)
    {
        await using var connection = await actions.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await NameAsync(connection, transaction, actor, cancellationToken);
        var result = await connection.QuerySingleAsync<T>(
            new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken)
        );
        await transaction.CommitAsync(CancellationToken.None);
        Interlocked.Increment(ref _acts);
        return result;
    }

    // Another login, a member of that role for example, would not be believed: its own name would stand in the history
    // for everybody, and two people would pass for one.
    private static async Task NameAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        string actor,
        CancellationToken cancellationToken
    )
    {
        await using var named = await connection.QueryMultipleAsync(
            new CommandDefinition(
                OpsSql.Text("name_actor"),
                new { actor },
                transaction,
                cancellationToken: cancellationToken
            )
        );
        await named.ReadAsync<string>();
        if (await named.ReadSingleAsync<string>() != actor)
            throw new NpgsqlException("Ops:ConnectionString must sign in as payouts_ops itself, not as a member of it");
    }

    public async ValueTask DisposeAsync()
    {
        await reads.DisposeAsync();
        await actions.DisposeAsync();
    }
}
