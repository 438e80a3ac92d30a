using Npgsql;

namespace PayoutWorker.Store;

/// <summary>Writes that travel to the database together, each a statement with parameters of its own.</summary>
internal sealed class Trip(NpgsqlConnection connection, NpgsqlTransaction? transaction) : IAsyncDisposable
{
    private readonly NpgsqlBatch _batch = new(connection, transaction);

    /// <param name="statement">By its name in Store/Sql.</param>
    public void Add(string statement, params (string Name, object Value)[] parameters)
    {
        var command = new NpgsqlBatchCommand(Sql.Text(statement));
        foreach (var (name, value) in parameters)
            command.Parameters.Add(new NpgsqlParameter(name, value));
        _batch.BatchCommands.Add(command);
    }

    public Task SendAsync(CancellationToken cancellationToken) =>
        _batch.BatchCommands.Count == 0 ? Task.CompletedTask : _batch.ExecuteNonQueryAsync(cancellationToken);

    /// <summary>
    /// Sends everything and the commit of its transaction: after a statement that fails the server passes over the rest, the
    /// commit too.
    /// Not cancellable: whether a commit that was cut off happened is not known.
    /// </summary>
    public Task CommitAsync()
    {
        _batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        return SendAsync(CancellationToken.None);
    }

    public ValueTask DisposeAsync() => _batch.DisposeAsync();
}
