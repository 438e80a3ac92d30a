using System.Security.Cryptography;
using System.Text;

namespace PayoutWorker.AtRest;

/// <summary>
/// The keys outside the database that wrap the data keys inside it. The first is the current one: it wraps; all of them
/// unwrap, so that a new one can be put before the old without losing what the old one wrapped.
/// </summary>
internal sealed class KeyRing
{
    public const int KeyBytes = 32;

    private readonly IReadOnlyDictionary<string, byte[]> _keys;

    /// <param name="keys">32 bytes each, the current one first.</param>
    /// <exception cref="ArgumentException">No key, or one of another length.</exception>
    public KeyRing(IReadOnlyList<byte[]> keys)
    {
        if (keys.Count == 0 || keys.Any(key => key.Length != KeyBytes))
            throw new ArgumentException($"expected one or more keys of {KeyBytes} bytes");
        CurrentId = IdOf(keys[0]);
        _keys = keys.DistinctBy(IdOf).ToDictionary(IdOf);
    }

    public string CurrentId { get; }

    public IReadOnlyCollection<string> Ids => [.. _keys.Keys];

    /// <summary>16 hex digits that name a key and tell nothing of it.</summary>
    public static string IdOf(byte[] key) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, "payouts key-encryption key"u8)[..8]);

    /// <summary>Wraps with the current key: nonce, ciphertext, tag; bound to the data key's and to this key's id.</summary>
    public byte[] Wrap(Guid dataKeyId, byte[] dataKey) =>
        Gcm.Seal(_keys[CurrentId], dataKey, Identity(dataKeyId, CurrentId));

    /// <summary>The data key, or null when the key that wrapped it is not here.</summary>
    /// <exception cref="CryptographicException">It was changed, or wrapped for another row.</exception>
    public byte[]? Unwrap(Guid dataKeyId, string kekId, byte[] wrapped) =>
        _keys.TryGetValue(kekId, out var key) ? Gcm.Open(key, wrapped, Identity(dataKeyId, kekId)) : null;

    private static byte[] Identity(Guid dataKeyId, string kekId) =>
        Encoding.UTF8.GetBytes($"payouts.data_key:{dataKeyId}:{kekId}");
}
