using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;
using PayoutWorker.Store;

namespace PayoutWorker.AtRest;

/// <summary>
/// Seals what the bank told about people before it is written, and opens it again. Each process writes with a data key
/// of its own, kept in payouts.data_key wrapped by a key outside the database; so writing costs no statement more, and
/// the webhook endpoint needs to read nothing. Without a key ring it writes in clear, and reads what is in clear.
/// </summary>
internal sealed class BodyVault(KeyRing? ring, TimeProvider time)
{
    private const int MostKnown = 4096;

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, byte[]> _known = [];
    private OwnKey? _current;
    private OwnKey? _previous;

    /// <summary>Writes in clear.</summary>
    public static BodyVault Clear { get; } = new(null, TimeProvider.System);

    /// <summary>The key-encryption keys; null where none are configured.</summary>
    public KeyRing? Ring => ring;

    /// <summary>
    /// For each new connection: the keys that this process writes with are there. Neither a restore nor a fail-over can
    /// take them away without one, and what was sealed with a lost key could never be opened again.
    /// </summary>
    public async Task StoreAsync(NpgsqlConnection connection)
    {
        if (ring is null)
            return;
        var own = Own();
        await InsertAsync(connection, own);
    }

    /// <inheritdoc cref="StoreAsync"/>
    public void Store(NpgsqlConnection connection) => StoreAsync(connection).GetAwaiter().GetResult();

    /// <summary>What to seal the values of one write with. Costs a statement once a day.</summary>
    /// <param name="connection">Outside any transaction: its end must not take a new key away.</param>
    /// <param name="values">How many will be sealed, about.</param>
    public async ValueTask<Sealer> SealerAsync(NpgsqlConnection connection, int values)
    {
        if (ring is null)
            return Sealer.Clear;
        var own = Own()[0];
        if (!own.IsStored)
            await InsertAsync(connection, [own]);
        own.Use(values);
        return new Sealer(own.Id, own.Key);
    }

    /// <summary>Fetches the keys that these values need and that are not known yet; mostly none.</summary>
    public async Task LearnAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction? transaction,
        IEnumerable<byte[]?> values,
        CancellationToken cancellationToken
    )
    {
        var missing = Missing(values);
        if (missing.Length == 0)
            return;
        var rows = await connection.QueryAsync<DataKeyRow>(
            new CommandDefinition(
                Sql.Text("read_data_keys"),
                new { ids = missing },
                transaction,
                cancellationToken: cancellationToken
            )
        );
        foreach (var row in rows)
            if (Unwrapped(row) is { } key)
                Keep(row.Id, key);
    }

    /// <summary>The plain value. Its key must have been learnt.</summary>
    /// <exception cref="UnreadableException">The key is missing, or the value was changed.</exception>
    public byte[] Open(byte[] value, string identity)
    {
        if (SealedForm.KeyOf(value) is not { } id)
            return value;
        if (KeyOf(id) is not { } key)
            throw new UnreadableException(
                $"its data key {id} is not in payouts.data_key, or wrapped by a key that AtRest:KeyFiles does not hold"
            );
        try
        {
            return SealedForm.Open(key, value, identity);
        }
        catch (CryptographicException e)
        {
            throw new UnreadableException($"it was changed, or moved from another row; its data key is {id}", e);
        }
    }

    /// <summary>The plain text; null for null.</summary>
    /// <inheritdoc cref="Open"/>
    public string? OpenText(byte[]? value, string identity) =>
        value is null ? null : Encoding.UTF8.GetString(Open(value, identity));

    private async Task InsertAsync(NpgsqlConnection connection, IReadOnlyList<OwnKey> keys)
    {
        await connection.ExecuteAsync(
            Sql.Text("insert_data_keys"),
            new
            {
                ids = keys.Select(key => key.Id).ToArray(),
                keks = keys.Select(_ => ring!.CurrentId).ToArray(),
                wrapped = keys.Select(key => ring!.Wrap(key.Id, key.Key)).ToArray(),
            }
        );
        foreach (var key in keys)
            key.IsStored = true;
    }

    // The current one first. The one before it may still be in the hands of a write under way.
    private IReadOnlyList<OwnKey> Own()
    {
        lock (_lock)
        {
            if (_current is null || _current.IsOld(time))
                (_previous, _current) = (_current, new OwnKey(time.GetTimestamp()));
            return _previous is null ? [_current] : [_current, _previous];
        }
    }

    private byte[]? KeyOf(Guid id)
    {
        lock (_lock)
            return _current?.Id == id ? _current.Key
                : _previous?.Id == id ? _previous.Key
                : _known.GetValueOrDefault(id);
    }

    private void Keep(Guid id, byte[] key)
    {
        lock (_lock)
        {
            // Years of keys are a few thousand; a reader of more begins anew.
            if (_known.Count >= MostKnown)
                _known.Clear();
            _known[id] = key;
        }
    }

    private Guid[] Missing(IEnumerable<byte[]?> values) =>
        [
            .. values
                .Select(value => value is null ? null : SealedForm.KeyOf(value))
                .OfType<Guid>()
                .Distinct()
                .Where(id => KeyOf(id) is null),
        ];

    // A row that was tampered with is the same as none: what it sealed is unreadable, and said so where it is read.
    private byte[]? Unwrapped(DataKeyRow row)
    {
        try
        {
            return ring?.Unwrap(row.Id, row.KekId, row.Wrapped);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private sealed class DataKeyRow
    {
        public Guid Id { get; init; }
        public string KekId { get; init; } = "";
        public byte[] Wrapped { get; init; } = [];
    }
}
