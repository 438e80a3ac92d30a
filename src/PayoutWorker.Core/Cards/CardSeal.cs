using System.Security.Cryptography;
using System.Text;

namespace PayoutWorker.Cards;

/// <summary>
/// Card numbers enter the database sealed: RSA-OAEP with SHA-256 over <c>number:erp_key</c>, so that the number of one
/// row cannot be moved to another. Sealed with our public key by the ERP, opened with the private key just before the
/// call. Bound to the key by <c>openssl pkeyutl -encrypt -pubin -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256</c>.
/// </summary>
internal sealed class CardSeal : IDisposable
{
    private volatile IReadOnlyList<RSA> _keys;
    private readonly byte[] _hashKey;
    private readonly Lock _lock = new();

    /// <param name="privateKeys">PEM, current first; all of them are tried.</param>
    /// <param name="hashKey">Secret for hashes of bodies that hold a card number: a plain hash could be searched through.</param>
    public CardSeal(IEnumerable<string> privateKeys, byte[] hashKey)
    {
        _keys = [.. privateKeys.Select(Import)];
        _hashKey = hashKey;
    }

    private CardSeal(IReadOnlyList<RSA> privateKeys, byte[] hashKey) => (_keys, _hashKey) = (privateKeys, hashKey);

    /// <param name="privateKeys">Imported, current first; all of them are tried.</param>
    public static CardSeal Of(IReadOnlyList<RSA> privateKeys, byte[] hashKey) => new(privateKeys, hashKey);

    /// <summary>Seals a number for one order; for the ERP's side, the tests and the demo.</summary>
    public static byte[] Seal(string number, string erpKey, RSA publicKey) =>
        publicKey.Encrypt(Encoding.UTF8.GetBytes($"{number}:{erpKey}"), RSAEncryptionPadding.OaepSHA256);

    /// <summary>The number, or in plain words why there is none; never both.</summary>
    public (string? Number, string? Problem) Unseal(byte[] sealedCard, string erpKey, string? last4)
    {
        if (Open(sealedCard) is not { } text)
            return (null, "sealed_card: cannot be opened with our key; was it sealed with our current public key?");
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || text[(colon + 1)..] != erpKey)
            return (null, "sealed_card: was sealed for another erp_key");
        var number = text[..colon];
        if (number.Length is < 14 or > 19 || !number.All(char.IsAsciiDigit))
            return (null, "sealed_card: expected 14 to 19 digits inside");
        if (last4 is null || !number.EndsWith(last4, StringComparison.Ordinal))
            return (null, "card_last4: expected the last four digits of the sealed number");
        return (number, null);
    }

    /// <summary>From now on these. A key that leaves is not disposed of: a card may be being opened with it.</summary>
    public void Replace(IReadOnlyList<RSA> privateKeys) => _keys = privateKeys;

    public byte[] Hash(ReadOnlySpan<byte> body) => HMACSHA256.HashData(_hashKey, body);

    public void Dispose()
    {
        foreach (var key in _keys)
            key.Dispose();
    }

    private string? Open(byte[] sealedCard)
    {
        foreach (var key in _keys)
            try
            {
                // An RSA object is not promised to be thread-safe, and cards are few enough to take turns.
                lock (_lock)
                    return Encoding.UTF8.GetString(key.Decrypt(sealedCard, RSAEncryptionPadding.OaepSHA256));
            }
            catch (CryptographicException)
            {
                // Sealed with another of our keys, or not at all.
            }
        return null;
    }

    private static RSA Import(string pem)
    {
        var rsa = RSA.Create();
        rsa.ImportFromPem(pem);
        return rsa;
    }
}
