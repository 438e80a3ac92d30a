using System.Security.Cryptography;

namespace PayoutWorker.AtRest;

/// <summary>AES-256-GCM with a random nonce: nonce of 12 bytes, ciphertext, tag of 16.</summary>
internal static class Gcm
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    [ThreadStatic]
    private static (byte[] Key, AesGcm Cipher)? _last;

    /// <summary>How much longer than the plain text the result is.</summary>
    public const int Overhead = NonceBytes + TagBytes;

    public static byte[] Seal(byte[] key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> identity)
    {
        var result = new byte[Overhead + plain.Length];
        Seal(key, plain, identity, result);
        return result;
    }

    /// <param name="into">As long as the plain text and <see cref="Overhead"/>.</param>
    public static void Seal(byte[] key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> identity, Span<byte> into)
    {
        var nonce = into[..NonceBytes];
        RandomNumberGenerator.Fill(nonce);
        Cipher(key).Encrypt(nonce, plain, into[NonceBytes..^TagBytes], into[^TagBytes..], identity);
    }

    /// <exception cref="CryptographicException">Another key, another identity, or something was changed.</exception>
    public static byte[] Open(byte[] key, ReadOnlySpan<byte> from, ReadOnlySpan<byte> identity)
    {
        if (from.Length < Overhead)
            throw new CryptographicException("expected a nonce, a ciphertext and a tag");
        var plain = new byte[from.Length - Overhead];
        Cipher(key).Decrypt(from[..NonceBytes], from[NonceBytes..^TagBytes], from[^TagBytes..], plain, identity);
        return plain;
    }

    // Preparing a key costs twice what sealing a body does. One for each thread: it is not promised to be thread-safe.
    private static AesGcm Cipher(byte[] key)
    {
        if (_last is { } last && ReferenceEquals(last.Key, key))
            return last.Cipher;
        var cipher = new AesGcm(key, TagBytes);
        _last?.Cipher.Dispose();
        _last = (key, cipher);
        return cipher;
    }
}
